using System.Diagnostics;
using System.Globalization;
using Longer.Grid.Oracle;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A silo that is only busy is not taken for one that is gone.</summary>
public sealed class FullLoadTests
{
    private const int Seed = 71;
    private const int Candidates = 2_000;
    private const int Users = 64;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // With the cluster's own settings (SiloSetup.UseLongerCluster): ProbeTimeout 1 s, MaxProbeTimeout 2 s, NumMissedProbesLimit 3.
    [Fact]
    public async Task Silos_at_full_load_declare_none_of_them_dead()
    {
        var (dead, answers, idle) = await RunAsync(without: null);

        Assert.Equal(0, dead);
        Assert.InRange(idle, 0, 0.1);
        Assert.True(answers > 0);
    }

    // One probe, 20 ms.
    [Fact]
    public async Task Without_patient_probes_a_silo_at_full_load_is_declared_dead() => Assert.NotEqual(0, (await RunAsync(without: "patient-probes")).Dead);

    private static async Task<(long Dead, int Answers, double Idle)> RunAsync(string? without)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: without is null ? 2 : 1, Seed, workers: Environment.ProcessorCount);
        await using var database = NpgsqlDataSource.Create(cluster.Database);
        await using var count = database.CreateCommand("SELECT count(*) FILTER (WHERE Status = 6), count(*) FILTER (WHERE SuspectTimes <> '') FROM OrleansMembershipTable");
        if (without is not null)
        {
            cluster.Exchanged = ["--without", without];
            try
            {
                await cluster.AddAsync("serve,gateway");
            }
            catch (InvalidOperationException e)
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"A silo did not survive the start of another: {e.Message}");
                return ((long)(await count.ExecuteScalarAsync(Token))!, 0, 0);
            }
        }

        List<OracleCandidate> candidates = [.. Enumerable.Range(0, Candidates).Select(i => new OracleCandidate(i.ToString(CultureInfo.InvariantCulture), new Dictionary<string, string>()))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var (answers, refusals) = (0, 0);
        var (begun, before) = (Stopwatch.GetTimestamp(), Processor());
        var callers = Enumerable.Range(0, Users).Select(CallAsync).ToList();
        var (dead, suspected) = (0L, 0L);
        while (dead == 0 && Stopwatch.GetElapsedTime(begun) < Long)
        {
            await Task.Delay(200, Token);
            await using var row = await count.ExecuteReaderAsync(Token);
            await row.ReadAsync(Token);
            (dead, suspected) = (row.GetInt64(0), Math.Max(suspected, row.GetInt64(1)));
        }

        var after = Processor();
        var idle = (after.Idle - before.Idle) / Math.Max(1, after.All - before.All);
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Users} requests of {Candidates} candidates were in flight for {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s: {answers} answered, {refusals} refused; "
            + $"the processors were idle {idle:P0} of the time; {suspected} silos suspected, {dead} declared dead.");
        return (dead, answers, idle);

        async Task CallAsync(int user)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var caller = cluster.Processes[user % 2].Caller;
                    await caller.AppendAsync($"user {user}", [new OracleEvent("7", "play", 1_700_000_000_000 + answers, new Dictionary<string, string>())], Token);
                    await caller.LogitsAsync($"user {user}", candidates, 1_700_001_000_000);
                    Interlocked.Increment(ref answers);
                }
                catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !Token.IsCancellationRequested))
                {
                    Interlocked.Increment(ref refusals);
                }
            }
        }
    }

    /// <summary>Time of all processors since the machine was started, and how much of it they were idle, waiting for no disk.</summary>
    private static (double All, double Idle) Processor()
    {
        var times = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToList();
        return (times.Sum(), times[3]);
    }
}
