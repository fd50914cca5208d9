using System.Globalization;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A caller that does not know whether its events were taken sends them again.</summary>
internal static class RepeatScenarios
{
    private const int Seed = 53;
    private const string User = "paused before the answer";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The same batch twice, each time answered.</summary>
    public static async Task<Kept> TwiceAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, without: without);
        var caller = cluster.Processes[0].Caller;
        var batch = Batch(300);
        await caller.AppendAsync("user", batch, Token);
        await caller.AppendAsync("user", batch, Token);
        return await JudgeAsync(caller, "user", batch);
    }

    /// <summary>The caller's time passes between the commit and the answer; then it sends the batch again.</summary>
    public static async Task<Kept> AfterTimeoutAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, without: without, with: "pause-before-answer");
        var silo = cluster.Processes[0];
        var batch = Batch(300);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var first = silo.Caller.AppendAsync(User, batch, late.Token);
        await silo.Command.LineAsync("Committed and not answered", Token);
        Tell(first);
        await late.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        silo.Command.Say("go on");
        await silo.Caller.AppendAsync(User, batch, Token);
        return await JudgeAsync(silo.Caller, User, batch);
    }

    /// <summary><c>kill -9</c> of the user's silo between the commit and the answer of 10,000 events; then another silo is sent them again.</summary>
    public static async Task<Kept> KilledBeforeTheAnswerAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, roles: "serve", gatewayIsSilo: true, with: "pause-before-answer");
        var (killed, gateway) = (cluster.Processes[0], cluster.Processes[1]);
        var batch = Batch(10_000);
        var first = gateway.Caller.AppendAsync(User, batch, Token);
        await killed.Command.LineAsync("Committed and not answered", Token);
        Tell(first);
        killed.Command.Kill();
        Assert.IsType<HttpRequestException>(await Record.ExceptionAsync(() => first));
        cluster.Exchanged = without is null ? [] : ["--without", without];
        await cluster.AddAsync("serve");
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(Patience);
        while (await Record.ExceptionAsync(() => gateway.Caller.AppendAsync(User, batch, late.Token)) is { } refused)
        {
            Assert.IsType<HttpRequestException>(refused);
            await Task.Delay(100, late.Token);
        }

        return await JudgeAsync(gateway.Caller, User, batch);
    }

    private static void Tell(Task first)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"{(first.IsCompleted ? 0 : 1)} request was in flight at the fault.");
        Assert.False(first.IsCompleted);
    }

    private static async Task<Kept> JudgeAsync(GridCaller caller, string user, List<OracleEvent> batch)
    {
        var kept = Kept.Of([.. (await caller.HistoryAsync(user)).Select(ClusterUser.Told)], [.. batch.Select(ClusterUser.Told)], []);
        TestContext.Current.TestOutputHelper!.WriteLine($"{kept}");
        return kept;
    }

    private static List<OracleEvent> Batch(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new OracleEvent((i % 97).ToString(CultureInfo.InvariantCulture), "play", 1_700_000_000_000 + i, new Dictionary<string, string>()))];
}
