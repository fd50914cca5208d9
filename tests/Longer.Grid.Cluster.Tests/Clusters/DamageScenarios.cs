namespace Longer.Grid.Cluster.Tests;

/// <summary>A silo that starts on a database of which some bytes have changed, and a gateway that is another process.</summary>
internal static class DamageScenarios
{
    public const string Damaged = "damaged";

    private const int Seed = 47;
    private const int Events = 600;
    private const int Newest = Events / 256;
    private const int TimeoutMs = 30_000;
    private const string Other = "other";

    /// <summary>A user's newest segment.</summary>
    /// <param name="without">A mechanism that the silo lacks.</param>
    public static async Task<DamageVerdict> SegmentAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, roles: "serve", gatewayIsSilo: true, without);
        var http = cluster.Processes[1].Http;
        Assert.Equal(200, (await Answered.AppendAsync(http, Damaged, 0, Events)).Status);
        Assert.Equal(200, (await Answered.AppendAsync(http, Other, 0, Events)).Status);
        await Damage.SegmentAsync(cluster.Database, Damaged, Newest);
        var silo = await RestartAsync(cluster);

        List<Answered> refused =
        [
            await Answered.ScoreAsync(http, Damaged, TimeoutMs),
            await Answered.AppendAsync(http, Damaged, Events, 1),
            await Answered.GetAsync(http, $"v1/users/{Damaged}/history"),
            await Answered.GetAsync(http, $"v1/users/{Damaged}"),
        ];
        List<Answered> served = [await Answered.ScoreAsync(http, Other, TimeoutMs), await Answered.AppendAsync(http, Other, Events, 1), await Answered.GetAsync(http, $"v1/users/{Other}/history")];
        return new DamageVerdict(refused, served, await EndAsync(silo)).Told();
    }

    /// <summary>The active model, and then another one that should become active.</summary>
    /// <param name="toNaN">Whether the damage breaks a file's own rules, or only the version says that it is another.</param>
    /// <param name="without">A mechanism that the silo lacks.</param>
    public static async Task<(DamageVerdict Verdict, string Version)> ActiveModelAsync(bool toNaN, string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, roles: "serve", gatewayIsSilo: true, without);
        var http = cluster.Processes[1].Http;
        await Damage.ModelAsync(cluster.Database, cluster.Model.Version, toNaN);
        var silo = await RestartAsync(cluster);

        List<Answered> refused = [await Answered.ScoreAsync(http, Other, TimeoutMs), await Answered.PostAsync(http, $"v1/models/{cluster.Model.Version}/activate", new { })];
        List<Answered> served = [await Answered.AppendAsync(http, Other, 0, 5), await Answered.GetAsync(http, $"v1/users/{Other}/history")];
        if (without is null)
        {
            await PublishAsync(cluster, "another", Seed + 1, "--activate");
            served.Add(await Answered.ScoreAsync(http, Other, TimeoutMs));
        }

        return (new DamageVerdict(refused, served, await EndAsync(silo)).Told(), cluster.Model.Version);
    }

    /// <summary>A model that is listed and is to become active; the gateway is no silo, and has none of the model's assemblies.</summary>
    /// <inheritdoc cref="ActiveModelAsync"/>
    public static async Task<(DamageVerdict Verdict, string Version)> PublishedModelAsync(bool toNaN)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, roles: "serve");
        var http = cluster.Processes[1].Http;
        var version = await PublishAsync(cluster, "another", Seed + 1);
        await Damage.ModelAsync(cluster.Database, version, toNaN);

        List<Answered> refused = [await Answered.PostAsync(http, $"v1/models/{version}/activate", new { })];
        List<Answered> served = [await Answered.AppendAsync(http, Other, 0, 5), await Answered.ScoreAsync(http, Other, TimeoutMs)];
        Assert.Equal(cluster.Model.Version, served[1].Body!["modelVersion"]!.GetValue<string>());
        return (new DamageVerdict(refused, served, await EndAsync(cluster.Processes[0])).Told(), version);
    }

    /// <summary>The silo's process ends as a crash does, and another one reads the database anew.</summary>
    private static async Task<ClusterProcess> RestartAsync(RunningCluster cluster)
    {
        cluster.Processes[0].Command.Kill();
        return await cluster.AddAsync("serve");
    }

    private static async Task<string> PublishAsync(RunningCluster cluster, string name, int seed, params string[] more)
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder[name], seed);
        (await GridCommand.RunAsync(["publish", "--url", cluster.Processes[1].Http.BaseAddress!.AbsoluteUri, "--model", folder[name], .. more])).ShouldExitWith(0);
        return model.Version;
    }

    private static async Task<string> EndAsync(ClusterProcess silo)
    {
        silo.Command.Terminate();
        return (await silo.Command.EndAsync()).ShouldExitWith(0).Error;
    }
}

/// <summary>What callers and the log were told of damage.</summary>
/// <param name="Refused">Answers to calls that need what is damaged.</param>
/// <param name="Served">Answers to calls that do not.</param>
/// <param name="Log">What the silo said on its error stream.</param>
internal sealed record DamageVerdict(IReadOnlyList<Answered> Refused, IReadOnlyList<Answered> Served, string Log)
{
    /// <summary>Lines of the log about errors.</summary>
    public IEnumerable<string> ErrorLines => Log.Split('\n').Where(line => line.Contains(" Error ", StringComparison.Ordinal));

    public DamageVerdict Told()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"{string.Join("\n", Refused)}\n{string.Join(", ", Served.Select(s => s.Status))}\n{Log}");
        return this;
    }
}
