using System.Globalization;
using Longer.Grid.Oracle;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A silo stops running for a while, and does not know it.</summary>
internal static class FrozenScenarios
{
    private const int Seed = 47;
    private const int Users = 24;

    /// <summary>Far more than the buffers between two processes hold.</summary>
    private const int LargeBatch = 3_000;
    private const int LargeId = 240;

    /// <summary>Events of a user whose newest segment has room, and of one whose has none.</summary>
    private static readonly int[] Filled = [100, 256];

    private static readonly TimeSpan LongestBlock = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Writes reach a silo that is frozen; meanwhile others own its users, whose newest segment is part-filled or full, and read them, write to
    /// them, or have erased them and begun anew with as many events. Then the silo goes on, and runs the writes.
    /// </summary>
    /// <returns>What is kept of the user of each case.</returns>
    public static async Task<IReadOnlyList<Kept>> StaleWritesAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve", gatewayIsSilo: true, without);
        var gateway = cluster.Processes[3];

        // One that sends a write once: the others send it again to the user's new owner.
        cluster.Exchanged = ["--without", "gateway-retry"];
        var once = await cluster.AddAsync("gateway");
        var frozen = cluster.Processes[1];
        (int Filled, Func<FencedUser, Task> Successor)[] cases =
        [
            .. Filled.SelectMany(filled => new (int, Func<FencedUser, Task>)[]
            {
                (filled, user => user.ReadAsync(gateway)), (filled, user => user.AppendAsync(gateway, 7)), (filled, user => user.BeginAnewAsync(gateway, filled)),
            }),
        ];
        var ids = await frozen.NewUsersAsync(cases.Length, gateway);
        List<FencedUser> users = [.. ids.Select((id, i) => new FencedUser(id, cluster.Model.Config, Seed + i))];
        await Task.WhenAll(users.Select((user, i) => user.AppendAsync(gateway, cases[i].Filled)));
        await Task.WhenAll(users.Select(user => user.ReadAsync(once)));

        frozen.Command.Freeze();
        var stale = users.Select(user => user.SendInVainAsync(once, 5)).ToList();
        TestContext.Current.TestOutputHelper!.WriteLine($"{stale.Count(task => !task.IsCompleted)} requests were in flight to the frozen silo.");
        Assert.All(stale, task => Assert.False(task.IsCompleted));
        await cluster.DeadAsync(frozen);
        await Task.WhenAll(stale);

        // What it has not sent yet it would send to the new owners, who may write it.
        once.Command.Freeze();
        await Task.WhenAll(users.Select((user, i) => cases[i].Successor(user)));
        await Task.WhenAll(users.Select(user => user.RememberAsync(gateway)));

        // It learns of its death, and ends; until then it does what was asked.
        frozen.Command.Resume();
        await frozen.Command.EndAsync();
        await using var database = NpgsqlDataSource.Create(cluster.Database);
        var kept = new List<Kept>();
        foreach (var user in users)
        {
            kept.Add(await user.JudgeAsync(gateway, database));
        }

        kept.ForEach(of => TestContext.Current.TestOutputHelper!.WriteLine($"{of}"));
        return kept;
    }

    /// <summary>
    /// A silo is frozen while it sends a group whose first statements hold a user's row: its session waits for the rest, in the middle of the
    /// transaction. Others take the user over.
    /// </summary>
    /// <returns>What was seen of the other users, and how long after the silo was dead the user's events were acknowledged.</returns>
    public static async Task<(Verdict Verdict, TimeSpan Blocked)> InsideCommitAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed, roles: "serve", gatewayIsSilo: true, without);
        var gateway = cluster.Processes[2];
        await using var database = NpgsqlDataSource.Create(cluster.Database);
        cluster.Database += ";Socket Send Buffer Size=16384";
        var frozen = await cluster.AddAsync("serve");
        var user = (await frozen.NewUsersAsync(1, gateway))[0];
        var first = Large(1, from: 0);
        await gateway.Caller.AppendAsync(user, first, Token);
        await using var hold = await SlowStatement.OnUserAsync(database, user);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(300);

        // The first statement is held until the silo is frozen, and the rest of the group does not fit into the buffers.
        var batch = Large(LargeBatch, from: 1);
        Task appending;
        do
        {
            appending = load.Log.SendAsync("append", user, () => gateway.Caller.AppendAsync(user, batch, Token));
        }
        while (!await hold.IsReachedAsync(before: appending));

        var fault = await load.FaultAsync(frozen.Command.Freeze);
        await hold.LetGoAsync();
        await hold.StalledAsync();
        await cluster.DeadAsync(frozen);
        var dead = load.Log.Now;
        await appending;
        var next = Large(5, from: 1 + LargeBatch);
        bool taken;
        while (!(taken = await IsTakenAsync(gateway, user, next)) && load.Log.Now - dead < LongestBlock)
        {
            await Task.Delay(50, Token);
        }

        var blocked = load.Log.Now - dead;
        TestContext.Current.TestOutputHelper!.WriteLine($"Dead after {(dead - fault.At).TotalSeconds:F1} s; the user's events were acknowledged {blocked.TotalSeconds:F1} s later.");
        frozen.Command.Resume();
        await frozen.Command.EndAsync();
        await load.MoreAsync(300);
        await load.StopAsync();
        List<string> there = [.. (await gateway.Caller.HistoryAsync(user)).Select(ClusterUser.Told)];

        // The batch was not acknowledged: it is there whole, or not at all.
        var expected = (there.Count > LargeBatch ? first.Concat(batch).Concat(next) : first.Concat(next)).Select(ClusterUser.Told).ToList();
        var verdict = await Verdict.OfAsync(load, fault, gateway);
        return (verdict with { Kept = verdict.Kept + (taken ? Kept.Of(there, expected, []) : Kept.Everything), DeclaredDead = dead - fault.At }, blocked);
    }

    private static async Task<bool> IsTakenAsync(ClusterProcess by, string user, List<OracleEvent> batch)
    {
        try
        {
            await by.Caller.AppendAsync(user, batch, Token);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Events that no compression makes small.</summary>
    private static List<OracleEvent> Large(int count, int from)
    {
        var random = new Random(Seed + from);
        return [.. Enumerable.Range(from, count).Select(i => new OracleEvent(
            i.ToString(CultureInfo.InvariantCulture), "play", 1_700_000_000_000 + i, Enumerable.Range(0, 4).ToDictionary(f => $"f{f}", _ => random.GetHexString(LargeId))))];
    }
}
