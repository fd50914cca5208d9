using Longer.Grid.Grains.Tests;
using Longer.Grid.Model;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A real PostgreSQL server and real processes around it, on loopback.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<ClusterProcess> _processes = [];

    private RunningCluster()
    {
    }

    /// <summary>The database's server.</summary>
    public PostgreSqlServer Server { get; } = new();

    /// <summary>The cluster's database.</summary>
    public string Database { get; private set; } = "";

    /// <summary>What is exchanged in silos that are started from now on.</summary>
    public IReadOnlyList<string> Exchanged { get; set; } = [];

    /// <summary>The model that serves.</summary>
    public ModelPackage Model { get; private set; } = null!;

    /// <summary>The processes, in the order they were started.</summary>
    public IReadOnlyList<ClusterProcess> Processes => _processes;

    /// <summary>Starts a database, brings its tables up to date, and starts silos, and a gateway where they are none, with a random model.</summary>
    /// <param name="silos">How many silos.</param>
    /// <param name="modelSeed">Which model.</param>
    /// <param name="roles">Theirs.</param>
    /// <param name="gatewayIsSilo">Whether a gateway that is added is in the cluster itself, and told of silos that die, or only a client of it.</param>
    /// <param name="without">A mechanism that no silo of it has.</param>
    public static async Task<RunningCluster> StartAsync(int silos, int modelSeed, string roles = "serve,gateway", bool gatewayIsSilo = false, string? without = null)
    {
        var cluster = new RunningCluster { Exchanged = without is null ? [] : ["--without", without] };
        try
        {
            await cluster.Server.InitializeAsync();
            cluster.Database = cluster.Server.NewDatabase();
            (await GridCommand.RunAsync("migrate", "--cluster", cluster.Database)).ShouldExitWith(0);
            cluster.Model = ModelFiles.Write(cluster._folder["model"], modelSeed);
            for (var i = 0; i < silos; i++)
            {
                await cluster.AddAsync(roles);
            }

            if (!roles.Contains("gateway", StringComparison.Ordinal))
            {
                await (gatewayIsSilo ? cluster.AddAsync("gateway") : cluster.AddGatewayAsync());
            }

            var url = cluster._processes.First(p => p.IsGateway).Http.BaseAddress!.AbsoluteUri;
            (await GridCommand.RunAsync("publish", "--url", url, "--model", cluster._folder["model"], "--activate")).ShouldExitWith(0);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more silo.</summary>
    public async Task<ClusterProcess> AddAsync(string roles, params string[] more)
    {
        var process = await ClusterProcess.StartSiloAsync(Database, $"silo {_processes.Count}", roles, Exchanged, more);
        _processes.Add(process);
        return process;
    }

    /// <summary>Starts a gateway that is no silo.</summary>
    public async Task<ClusterProcess> AddGatewayAsync()
    {
        var process = await ClusterProcess.StartGatewayAsync(Database, $"gateway {_processes.Count}");
        _processes.Add(process);
        return process;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(process => process.Dispose());
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
