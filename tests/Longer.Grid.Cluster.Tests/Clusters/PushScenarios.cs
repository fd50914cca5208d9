namespace Longer.Grid.Cluster.Tests;

/// <summary>Models that become active under load, as a whole or without one of the mechanisms.</summary>
internal static class PushScenarios
{
    private const int Seed = 71;
    private const int Users = 24;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Three models of the shape of the first, each pushed when the one before has served all users for a while.</summary>
    public static async Task<PushVerdict> ThreeInARowAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed, roles: "serve", without: without);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);
        var gateway = cluster.Processes[2];
        var pushed = (InFlight: 0, At: TimeSpan.Zero);
        var versions = new List<string> { cluster.Model.Version };
        for (var seed = Seed + 1; seed <= Seed + 3; seed++)
        {
            versions.Add(await cluster.PublishAsync(seed, cluster.Model.Config));
            pushed = await load.FaultAsync(static () => { });
            await gateway.Caller.ActivateAsync(versions[^1]);
            await DoneAsync(gateway);
            await load.MoreAsync(300);
        }

        return await PushVerdict.OfAsync(load, pushed, gateway, versions);
    }

    /// <summary>A silo of three is killed, or one joins, while a model is taken to all.</summary>
    public static async Task<PushVerdict> WhileSilosChangeAsync(bool joins)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve", gatewayIsSilo: true);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);
        var gateway = cluster.Processes[3];
        var version = await cluster.PublishAsync(Seed + 1);

        var activating = ActivateAsync(gateway, version);
        var (joining, pushed) = joins
            ? (cluster.AddAsync("serve"), await load.FaultAsync(static () => { }))
            : (Task.CompletedTask, await load.FaultAsync(cluster.Processes[2].Command.Kill));
        if (!joins)
        {
            await cluster.DeadAsync(cluster.Processes[2]);
        }

        await joining;
        await activating;
        await DoneAsync(gateway);
        await load.MoreAsync(600);
        return await PushVerdict.OfAsync(load, pushed, gateway, [cluster.Model.Version, version]);
    }

    /// <summary>A model that one silo of three has no memory for.</summary>
    /// <returns>What was seen, and what the activation was answered.</returns>
    public static async Task<(PushVerdict Verdict, Answered Refused)> ThatOneSiloCannotLoadAsync()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, ModelSizes.Small, roles: "serve");
        await cluster.AddAsync("serve", "--kv-memory", ModelSizes.Between);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);
        var gateway = cluster.Processes[2];
        var version = await cluster.PublishAsync(ModelSizes.Large);

        var pushed = await load.FaultAsync(static () => { });
        Answered refused;
        do
        {
            refused = await Answered.PostAsync(gateway.Http, $"v1/models/{version}/activate", new { });
        }
        while (refused.Status == 202);
        await load.MoreAsync(300);
        return (await PushVerdict.OfAsync(load, pushed, gateway, [cluster.Model.Version]), refused);
    }

    /// <summary>Asks again where the silo was killed that had to answer.</summary>
    private static async Task ActivateAsync(ClusterProcess gateway, string version)
    {
        while (true)
        {
            try
            {
                await gateway.Caller.ActivateAsync(version);
                return;
            }
            catch (HttpRequestException e) when (e.Message.StartsWith("503", StringComparison.Ordinal))
            {
                await Task.Delay(200, Token);
            }
        }
    }

    /// <summary>Waits until nothing is on its way.</summary>
    private static async Task DoneAsync(ClusterProcess gateway)
    {
        for (var first = true; first || (await gateway.Caller.ModelsAsync()).Rollouts.Count > 0; first = false)
        {
            await Task.Delay(20, Token);
        }
    }
}
