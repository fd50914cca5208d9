using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>The database says nothing while its connections stay open: one silo, a user who is resident, others who wait for their prefill.</summary>
internal static class HangScenario
{
    private const int Seed = 41;
    private const int Scores = 100;
    private const int Before = 8;
    private const int ScoreTimeoutMs = 5_000;
    private const int ShortTimeoutMs = 5;
    private const int LongTimeoutMs = 60_000;
    private const string Resident = "resident";

    /// <summary>So that the callers leave the prefill the processors.</summary>
    private static readonly TimeSpan BetweenDeadlines = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RecoveredWithin = TimeSpan.FromSeconds(60);
    private static readonly string[] Encoded = ["encoded-1", "encoded-2", "encoded-3"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs it.</summary>
    /// <param name="frozen">Whether the server stands still as a whole, or only a row is locked.</param>
    /// <param name="without">A mechanism that the silo lacks.</param>
    public static async Task<HangVerdict> RunAsync(bool frozen, string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, without: without);
        using var folder = new TemporaryFolder();
        SlowModel.Write(folder["slow"]);
        var http = cluster.Processes[0].Http;
        (await GridCommand.RunAsync("publish", "--url", http.BaseAddress!.AbsoluteUri, "--model", folder["slow"], "--activate")).ShouldExitWith(0);
        Assert.Equal(200, (await Answered.AppendAsync(http, Resident, 0, Before)).Status);
        Assert.Equal(200, (await Answered.ScoreAsync(http, Resident, LongTimeoutMs)).Status);
        foreach (var user in Encoded)
        {
            Assert.Equal(200, (await Answered.AppendAsync(http, user, 0, SlowModel.Events)).Status);
        }

        var release = frozen ? Freeze(cluster) : await LockAsync(cluster.Database);
        var appends = new List<Answered>();
        var hanging = Answered.AppendAsync(http, Resident, Before, 1);
        var scores = new List<Answered>();
        while (scores.Count < Scores && scores.All(score => score.Status == 200))
        {
            if (hanging.IsCompleted)
            {
                // It has been refused: another one hangs from here on.
                appends.Add(await hanging);
                hanging = Answered.AppendAsync(http, Resident, Before, 1);
            }

            scores.Add(await Answered.ScoreAsync(http, Resident, ScoreTimeoutMs));
        }

        var deadlines = new List<(Answered Answer, bool DuringPrefill)>();
        var prefills = new List<Answered>();
        foreach (var user in Encoded)
        {
            var prefill = Answered.ScoreAsync(http, user, LongTimeoutMs);
            while (!prefill.IsCompleted)
            {
                var answer = await Answered.ScoreAsync(http, Resident, ShortTimeoutMs);
                deadlines.Add((answer, !prefill.IsCompleted));
                await Task.Delay(BetweenDeadlines, Token);
            }

            prefills.Add(await prefill);
        }

        // Past the time that the store itself waits for the database: then it is not known what becomes of what was sent.
        while (appends.Count < 2)
        {
            appends.Add(await hanging);
            hanging = Answered.AppendAsync(http, Resident, Before, 1);
        }

        await release();
        appends.Add(await hanging);
        using var patience = new CancellationTokenSource(RecoveredWithin);
        while (appends[^1].Status != 200)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(100, Token);
            appends.Add(await Answered.AppendAsync(http, Resident, Before, 1));
        }

        var kept = await cluster.Processes[0].Caller.HistoryAsync(Resident);
        return new HangVerdict(scores, appends, deadlines, prefills, [.. kept.Select(e => e.ItemId)]).Told();
    }

    /// <summary>The server stands still for 20 s under two silos whose users go on appending and scoring.</summary>
    public static async Task<Verdict> UnderLoadAsync()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed);
        await using var load = new ClusterLoad(cluster, users: 24, Seed);
        await load.MoreAsync(600);

        var fault = await load.FaultAsync(cluster.Server.Freeze);
        await Task.Delay(TimeSpan.FromSeconds(20), Token);
        cluster.Server.Resume();
        var mended = load.Log.Now;
        await load.MoreAsync(600);
        await Task.Delay(TimeSpan.FromSeconds(3), Token);
        await load.StopAsync();
        return await Verdict.OfAsync(load, fault, cluster.Processes[1]) with { Mended = mended };
    }

    private static Func<Task> Freeze(RunningCluster cluster)
    {
        cluster.Server.Freeze();
        return () =>
        {
            cluster.Server.Resume();
            return Task.CompletedTask;
        };
    }

    private static async Task<Func<Task>> LockAsync(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand($"BEGIN; SELECT FROM user_head WHERE user_id = '{Resident}' FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync(Token);
        return () => connection.DisposeAsync().AsTask();
    }
}

/// <summary>What callers saw of a database that says nothing.</summary>
/// <param name="Scores">The resident user's scores while an append hung, up to the first that was not answered.</param>
/// <param name="Appends">Answers to the one append, sent again until it was accepted.</param>
/// <param name="Deadlines">The resident user's scores with little time, and whether a prefill of somebody else was under way when they were answered.</param>
/// <param name="Prefills">The scores of those others.</param>
/// <param name="Kept">Items of the resident user's events in the end.</param>
internal sealed record HangVerdict(
    IReadOnlyList<Answered> Scores,
    IReadOnlyList<Answered> Appends,
    IReadOnlyList<(Answered Answer, bool DuringPrefill)> Deadlines,
    IReadOnlyList<Answered> Prefills,
    IReadOnlyList<string> Kept)
{
    /// <summary>Scores with little time that were refused for that while the only worker was busy.</summary>
    public IEnumerable<Answered> RefusedDuringPrefill => Deadlines.Where(of => of.DuringPrefill && of.Answer.Problem == "deadline-passed").Select(of => of.Answer);

    public HangVerdict Told()
    {
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{Scores.Count(s => s.Status == 200)} scores answered while an append hung, the longest after {Scores.Max(s => s.Took).TotalMilliseconds:F0} ms.");
        output.WriteLine($"Appends: {string.Join("; ", Appends.Select(a => $"{a}"))}");
        output.WriteLine(
            $"{RefusedDuringPrefill.Count()} of {Deadlines.Count} scores with 5 ms were refused during a prefill, the last after "
            + $"{RefusedDuringPrefill.Select(a => a.Took.TotalMilliseconds).DefaultIfEmpty().Max():F0} ms; prefills took {string.Join(", ", Prefills.Select(p => $"{p.Took.TotalMilliseconds:F0} ms"))}.");
        return this;
    }
}
