using System.Net;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Silos come and go under load, as a whole or without one of the mechanisms.</summary>
internal static class ScaleScenarios
{
    private const int Seed = 61;
    private const int Users = 40;

    /// <summary>How long a new silo may take to get its share.</summary>
    public static readonly TimeSpan Share = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A third silo joins two.</summary>
    /// <returns>What was seen, and whether the new silo had its share of the users in time.</returns>
    public static async Task<(Verdict Verdict, bool Shared)> NewSiloAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed, roles: "serve", without: without);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var before = await load.UsersBySiloAsync(cluster.Processes[2]);
        var joining = cluster.AddAsync("serve");
        var joined = await load.FaultAsync(static () => { });
        await joining;
        var until = load.Log.Now + Share;
        var after = before;
        while (!IsShared(after) && load.Log.Now < until)
        {
            await Task.Delay(200, Token);
            after = await load.UsersBySiloAsync(cluster.Processes[2]);
        }

        await load.MoreAsync(600);
        await load.StopAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"Users by silo: {string.Join(", ", before)}; then {string.Join(", ", after)}.");
        return (await Verdict.OfAsync(load, joined, cluster.Processes[2]), IsShared(after));
    }

    /// <summary>One silo of three, with a third of the users, is told to end, by a signal or over HTTP.</summary>
    /// <returns>What was seen, and in what memory those of its users are afterwards who asked for nothing meanwhile.</returns>
    public static async Task<(Verdict Verdict, IReadOnlyCollection<string> IdleTiers)> EndAsync(bool overHttp, string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve", without: without);
        var (leaving, gateway) = (cluster.Processes[1], cluster.Processes[3]);
        var idle = await leaving.NewUsersAsync(count: 8, gateway);
        foreach (var user in idle)
        {
            await gateway.Caller.AppendAsync(user, RandomHistories.Events(new Random(Seed), cluster.Model.Config, 40), Token);
        }

        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        (int, TimeSpan) told;
        if (overHttp)
        {
            var asking = gateway.Http.PostAsync($"v1/cluster/silos/{await gateway.Caller.SiloIdAsync(leaving.Silo!)}/drain", null, Token);
            told = await load.FaultAsync(static () => { });
            using var asked = await asking;
            Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        }
        else
        {
            told = await load.FaultAsync(leaving.Command.Terminate);
        }

        (await leaving.Command.EndAsync()).ShouldExitWith(0);
        await load.MoreAsync(600);
        await load.StopAsync();
        var tiers = await Task.WhenAll(idle.Select(async user => (await gateway.Caller.StatusAsync(user)).Tier));
        return (await Verdict.OfAsync(load, told, gateway), [.. tiers.Distinct()]);
    }

    private static bool IsShared(Dictionary<string, int> users) => users.Count == 3 && users.Values.Min() >= Users / 6;
}
