namespace Longer.Grid.Cluster.Tests;

/// <summary>What a production cluster meets, with real processes, as a whole or without one of its mechanisms.</summary>
internal static class FaultScenarios
{
    private const int Seed = 31;
    private const int Users = 24;

    /// <summary>How long callers may see errors after a silo has gone.</summary>
    public static readonly TimeSpan ErrorsEnd = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary><c>kill -9</c> of one serving silo of three, whose users go on asking.</summary>
    public static async Task<Verdict> KillOneAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve", gatewayIsSilo: true, without);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var fault = await load.FaultAsync(cluster.Processes[2].Command.Kill);
        var minimum = Task.Delay(ErrorsEnd + TimeSpan.FromSeconds(4), Token);
        await cluster.DeadAsync(cluster.Processes[2]);
        var declaredDead = load.Log.Now - fault.At;
        await minimum;
        await load.StopAsync();
        return await Verdict.OfAsync(load, fault, cluster.Processes[3]) with { DeclaredDead = declaredDead };
    }

    /// <summary><c>kill -9</c> of all silos, and of the gateway too or not; then others are started.</summary>
    public static async Task<Verdict> KillAllAsync(bool gatewayToo = true, string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve", without: without);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        List<ClusterProcess> killed = [.. cluster.Processes.Where(process => gatewayToo || !process.IsGateway)];
        var fault = await load.FaultAsync(() => killed.ForEach(process => process.Command.Kill()));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => cluster.AddAsync(gatewayToo ? "serve,gateway" : "serve")));
        killed.ForEach(load.Leave);
        var mended = load.Log.Now;
        await load.MoreAsync(600);
        await Task.Delay(ErrorsEnd + TimeSpan.FromSeconds(2), Token);
        await load.StopAsync();
        return await Verdict.OfAsync(load, fault, cluster.Processes.Last(process => process.IsGateway)) with { Mended = mended };
    }

    /// <summary>PostgreSQL is restarted, as for new settings.</summary>
    public static async Task<Verdict> DatabaseRestartedAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed, without: without);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var fault = await load.FaultAsync(cluster.Server.Restart);
        var mended = load.Log.Now;
        await load.MoreAsync(600);
        await Task.Delay(ErrorsEnd, Token);
        await load.StopAsync();
        return await Verdict.OfAsync(load, fault, cluster.Processes[1]) with { Mended = mended };
    }

    /// <summary>PostgreSQL crashes, and is gone for 20 s.</summary>
    public static async Task<Verdict> DatabaseGoneAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed, without: without);
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var fault = await load.FaultAsync(cluster.Server.Stop);
        await Task.Delay(TimeSpan.FromSeconds(20), Token);
        cluster.Server.Start();
        var mended = load.Log.Now;
        await load.MoreAsync(600);
        await Task.Delay(TimeSpan.FromSeconds(3), Token);
        await load.StopAsync();
        return await Verdict.OfAsync(load, fault, cluster.Processes[1]) with { Mended = mended };
    }

    /// <summary>A silo of three is frozen until the others have declared it dead and served its users for a while; then it goes on.</summary>
    public static async Task<Verdict> FreezeAsync()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve");
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var frozen = cluster.Processes[2];
        var fault = await load.FaultAsync(frozen.Command.Freeze);
        var minimum = Task.Delay(2 * ErrorsEnd, Token);
        await cluster.DeadAsync(frozen);
        var declaredDead = load.Log.Now - fault.At;
        await minimum;
        frozen.Command.Resume();
        await load.MoreAsync(600);
        await Task.Delay(TimeSpan.FromSeconds(4), Token);
        await load.StopAsync();
        return await Verdict.OfAsync(load, fault, cluster.Processes[3]) with { DeclaredDead = declaredDead };
    }
}
