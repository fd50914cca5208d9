namespace Longer.Grid.Cluster.Tests;

/// <summary>A part of the users is served by another version, whatever becomes of the silos.</summary>
public sealed class CanaryTests
{
    private const int Seed = 91;
    private const int Users = 24;
    private const int Percent = 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_users_stay_with_the_canary_when_a_silo_joins_and_another_dies()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve", gatewayIsSilo: true);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);
        var gateway = cluster.Processes[3];
        var version = await cluster.PublishAsync(Seed + 1);
        await gateway.Caller.ActivateAsync(version, Percent);
        var before = await SettledAsync(load, gateway, version);

        await cluster.AddAsync("serve");
        var fault = await load.FaultAsync(cluster.Processes[2].Command.Kill);
        await cluster.DeadAsync(cluster.Processes[2]);
        var after = await SettledAsync(load, gateway, version);

        Assert.Equal([cluster.Model.Version, version], before.Distinct().OrderBy(v => v == version));
        Assert.Equal(before, after);
        Assert.Equal((version, Percent), await gateway.Caller.CanaryAsync());
        await load.StopAsync();
        (await Verdict.OfAsync(load, fault, gateway)).ShouldKeepEverything();
    }

    [Fact]
    public async Task The_same_users_are_with_the_canary_after_all_silos_were_killed_and_others_started()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed, roles: "serve");
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(300);
        var gateway = cluster.Processes[2];
        var version = await cluster.PublishAsync(Seed + 1);
        await gateway.Caller.ActivateAsync(version, Percent);
        var before = await SettledAsync(load, gateway, version);

        foreach (var silo in cluster.Processes.Take(2).ToList())
        {
            silo.Command.Kill();
        }

        await cluster.AddAsync("serve");
        var after = await SettledAsync(load, gateway, version);

        Assert.Equal(before, after);
        Assert.Equal((version, Percent), await gateway.Caller.CanaryAsync());
        await load.StopAsync();
        Assert.Equal(Kept.Everything, await load.JudgeAsync(gateway));
    }

    /// <summary>Waits until each user is served by the version that is to serve it.</summary>
    /// <returns>By which each one is, in the users' order.</returns>
    private static async Task<List<string>> SettledAsync(ClusterLoad load, ClusterProcess gateway, string version)
    {
        while (!(await RolloutsAsync(gateway)).TryGetValue(version, out var text) || text != $"canary {Percent} %")
        {
            await Task.Delay(50, Token);
        }

        // Once more, by a silo that may have had nobody to encode before.
        await load.MoreAsync(900);
        return [.. load.Scores.Select(of => of.Last().Version)];
    }

    private static async Task<Dictionary<string, string>> RolloutsAsync(ClusterProcess gateway)
    {
        try
        {
            return (await gateway.Caller.ModelsAsync()).Rollouts;
        }
        catch (HttpRequestException e) when (e.Message.StartsWith("503", StringComparison.Ordinal))
        {
            // The silo that knows has just died.
            return [];
        }
    }
}
