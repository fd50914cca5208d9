namespace Longer.Grid.Cluster.Tests;

/// <summary>What users and operators saw of a push.</summary>
/// <param name="Load">What became of the load.</param>
/// <param name="Versions">The versions that scores were of, each user's as they followed each other.</param>
/// <param name="Cold">Scores that had to compute a state, but for each user's first.</param>
/// <param name="Active">The version that the grid says is active.</param>
/// <param name="OfSilos">Those that silos say they serve with.</param>
internal sealed record PushVerdict(Verdict Load, IReadOnlyList<IReadOnlyList<string>> Versions, int Cold, string? Active, IReadOnlyList<string?> OfSilos)
{
    /// <summary>Ends a load and judges it.</summary>
    public static async Task<PushVerdict> OfAsync(ClusterLoad load, (int InFlight, TimeSpan At) pushed, ClusterProcess by, IReadOnlyList<string> versions)
    {
        await load.StopAsync();
        var (active, _) = await by.Caller.ModelsAsync();
        var scores = load.Scores.Select(of => of.ToList()).ToList();
        var cold = scores.Sum(of => of.Skip(1).Count(score => !score.IsWarm));
        var told = versions.Select(version => $"{scores.Sum(of => of.Count(score => score.Version == version))} by {version[..8]}");
        TestContext.Current.TestOutputHelper!.WriteLine($"{scores.Sum(of => of.Count)} scores, {string.Join(", ", told)}; {cold} cold.");
        return new(await Verdict.OfAsync(load, pushed, by), [.. scores.Select(Following)], cold, active, await by.Caller.VersionsOfSilosAsync());
    }

    private static List<string> Following(List<Scored> scores) => [.. scores.Select(score => score.Version).Where((version, i) => i == 0 || scores[i - 1].Version != version)];
}
