using System.Net;
using Longer.Grid.Grains;
using Longer.Grid.Silo;

namespace Longer.Grid.Benchmarks;

/// <summary>The users' grains of one silo, as a gateway in its process calls them.</summary>
internal sealed class GrainTarget : IAppendTarget
{
    private readonly GridHost _grid;

    private GrainTarget(GridHost grid) => _grid = grid;

    /// <inheritdoc/>
    public WriterFigures Writer => ((BehaviorStore)_grid.Store).Writer;

    /// <summary>Starts the silo.</summary>
    public static async Task<GrainTarget> StartAsync(GridDatabase database, CancellationToken stop) => new(await GridHost.StartAsync(
        new GridHostOptions
        {
            Cluster = new ClusterSeat
            {
                Database = database,
                ClusterId = GridCluster.DefaultId,
                Roles = SiloRole.Serve,
                Silo = new IPEndPoint(IPAddress.Loopback, FreePort.OnLoopback()),
                ClientPort = FreePort.OnLoopback(),
            },
        },
        stop));

    /// <inheritdoc/>
    public Task PrepareAsync(string user) => AppendAsync(user, [new BehaviorEvent("0", "play", BenchUser.NowMs - 1_000_000_000, [])]);

    /// <inheritdoc/>
    public Task AppendAsync(string user, IReadOnlyList<BehaviorEvent> events) => _grid.Grains.GetGrain<IUserGrain>(user).AppendAsync([.. events], CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _grid.DisposeAsync();
}
