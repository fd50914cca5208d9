namespace Longer.Grid.Cluster.Tests;

/// <summary>What a production cluster meets, with real processes: nothing acknowledged is lost or doubled, and errors end soon.</summary>
public sealed class FaultTests
{
    private const int Seed = 31;
    private const int Users = 24;

    private static readonly TimeSpan ErrorsEnd = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_9_of_one_serving_silo_of_three_loses_and_doubles_nothing_and_its_errors_end_within_10_seconds()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve", gatewayIsSilo: true);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var killedAt = await FaultAsync(load, cluster.Processes[2].Command.Kill);
        await Task.Delay(ErrorsEnd + TimeSpan.FromSeconds(4), Token);
        await load.StopAsync();

        Tell(load, killedAt);
        Assert.DoesNotContain(load.Log.Failures, failure => failure.At > killedAt + ErrorsEnd);
        Assert.Contains(load.Log.Answers, answer => answer.Sent > killedAt + ErrorsEnd);
        await load.CheckAsync(cluster.Processes[3]);
    }

    [Fact]
    public async Task Kill_9_of_all_loses_and_doubles_nothing()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve");
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        List<ClusterProcess> killed = [.. cluster.Processes];
        var killedAt = await FaultAsync(load, () => killed.ForEach(process => process.Command.Kill()));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => cluster.AddAsync("serve,gateway")));
        killed.ForEach(load.Leave);
        await load.MoreAsync(600);
        await load.StopAsync();

        Tell(load, killedAt);
        await load.CheckAsync(cluster.Processes[^1]);
    }

    [Fact]
    public async Task PostgreSQL_that_crashes_and_is_gone_for_20_seconds_takes_nothing_acknowledged_and_needs_no_restart_of_the_grid()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var stoppedAt = await FaultAsync(load, cluster.Server.Stop);
        await Task.Delay(TimeSpan.FromSeconds(20), Token);
        cluster.Server.Start();
        var startedAt = load.Log.Now;
        await load.MoreAsync(600);
        await Task.Delay(TimeSpan.FromSeconds(3), Token);
        await load.StopAsync();

        // After the start the database recovers from its log first.
        Tell(load, stoppedAt);
        Assert.Contains(load.Log.Failures, failure => failure.At < startedAt && failure.Request.StartsWith("append", StringComparison.Ordinal));
        Assert.All(load.Log.Failures, failure => Assert.StartsWith("503", failure.Problem, StringComparison.Ordinal));
        Assert.DoesNotContain(load.Log.Failures, failure => failure.At > startedAt + (2 * ErrorsEnd));
        Assert.Contains(load.Log.Answers, answer => answer.Kind == "score" && answer.Sent > stoppedAt + TimeSpan.FromSeconds(5) && answer.Sent + answer.Took < startedAt);
        await load.CheckAsync(cluster.Processes[1]);
    }

    [Fact]
    public async Task A_silo_that_freezes_past_its_eviction_and_goes_on_writes_nothing_and_its_successors_are_not_blocked()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve");
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var frozen = cluster.Processes[2].Command;
        var frozenAt = await FaultAsync(load, frozen.Freeze);
        await Task.Delay(2 * ErrorsEnd, Token);
        frozen.Resume();
        await load.MoreAsync(600);
        await Task.Delay(TimeSpan.FromSeconds(4), Token);
        await load.StopAsync();

        // Its connections stay open, so that it takes longer to notice than a silo that is gone.
        Tell(load, frozenAt);
        Assert.DoesNotContain(load.Log.Failures, failure => failure.At > frozenAt + (2 * ErrorsEnd));
        await load.CheckAsync(cluster.Processes[3]);
    }

    /// <summary>Injects a fault at a moment when requests are in flight.</summary>
    private static async Task<TimeSpan> FaultAsync(ClusterLoad load, Action fault)
    {
        while (load.Log.InFlight == 0)
        {
            await Task.Yield();
        }

        var (inFlight, at) = (load.Log.InFlight, load.Log.Now);
        fault();
        TestContext.Current.TestOutputHelper!.WriteLine($"{inFlight} requests were in flight at the fault.");
        Assert.True(inFlight > 0, "No request was in flight at the fault: the test says nothing.");
        return at;
    }

    private static void Tell(ClusterLoad load, TimeSpan fault)
    {
        var failures = load.Log.Failures;
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{load.Acknowledged} events acknowledged, {load.Log.Answers.Count} requests answered, {failures.Count} failed.");
        output.WriteLine(failures.Count == 0
            ? "No error."
            : $"Errors from {(failures.Min(f => f.At) - fault).TotalSeconds:F1} s to {(failures.Max(f => f.At) - fault).TotalSeconds:F1} s after the fault: "
                + string.Join("; ", failures.Select(f => f.Problem[..Math.Min(160, f.Problem.Length)]).Distinct().Take(5)));
        output.WriteLine($"The longest answer took {load.Log.Answers.Max(a => a.Took).TotalSeconds:F2} s.");
    }
}
