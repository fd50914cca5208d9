namespace Longer.Grid.Cluster.Tests;

/// <summary>What a scenario saw. A test says what of it must be so; its counterpart, without the mechanism, that it is not.</summary>
internal sealed record Verdict
{
    /// <summary>Requests sent and not answered when the fault came.</summary>
    public required int InFlight { get; init; }

    /// <summary>When the fault came, on the log's clock.</summary>
    public required TimeSpan Fault { get; init; }

    /// <summary>What callers sent and were answered.</summary>
    public required IReadOnlyList<(TimeSpan At, string Request, string Problem)> Failures { get; init; }

    /// <inheritdoc cref="RequestLog.Answers"/>
    public required IReadOnlyList<(TimeSpan Sent, TimeSpan Took, string Kind)> Answers { get; init; }

    /// <summary>What is there of what was acknowledged.</summary>
    public required Kept Kept { get; init; }

    /// <summary>When the fault had passed, on the log's clock; where a scenario ends it.</summary>
    public TimeSpan Mended { get; init; }

    /// <summary>How long after the fault the other silos had declared the silo dead.</summary>
    public TimeSpan DeclaredDead { get; init; }

    /// <summary>How long after the fault the last request failed; zero where none did.</summary>
    public TimeSpan LastError => Failures.Select(failure => failure.At - Fault).Append(TimeSpan.Zero).Max();

    /// <summary>Judges a load that has been stopped.</summary>
    public static async Task<Verdict> OfAsync(ClusterLoad load, (int InFlight, TimeSpan At) fault, ClusterProcess by) => new Verdict
    {
        InFlight = fault.InFlight,
        Fault = fault.At,
        Failures = load.Log.Failures,
        Answers = load.Log.Answers,
        Kept = await load.JudgeAsync(by),
    }.Told(load);

    /// <summary>Holds the scenario to what holds in every one: nothing acknowledged is lost or doubled, and scores are the oracle's.</summary>
    public Verdict ShouldKeepEverything()
    {
        Assert.Equal(Kept.Everything, Kept);
        return this;
    }

    private Verdict Told(ClusterLoad load)
    {
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{InFlight} requests were in flight at the fault. {load.Acknowledged} events acknowledged, {Answers.Count} requests answered, {Failures.Count} failed. {Kept}");
        output.WriteLine(Failures.Count == 0
            ? "No error."
            : $"Errors from {(Failures.Min(f => f.At) - Fault).TotalSeconds:F1} s to {LastError.TotalSeconds:F1} s after the fault: "
                + string.Join("; ", Failures.Select(f => f.Problem[..Math.Min(160, f.Problem.Length)]).Distinct().Take(5)));
        output.WriteLine($"Every request: {load.Log.Path}");
        output.WriteLine($"The longest answer took {Answers.Max(a => a.Took).TotalSeconds:F2} s.");
        return this;
    }
}
