using System.Collections.Concurrent;
using System.Globalization;
using Longer.Grid.Grains.Tests;
using Longer.Grid.Model;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A real PostgreSQL server and real processes around it, on loopback.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    /// <summary>Random models say quite different things, and are none the worse for it.</summary>
    private static readonly string[] AnyScores = ["--guard-drift", "off"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<ClusterProcess> _processes = [];

    private RunningCluster()
    {
    }

    /// <summary>The database's server.</summary>
    public PostgreSqlServer Server { get; } = new();

    /// <summary>The cluster's database.</summary>
    public string Database { get; set; } = "";

    /// <summary>What is exchanged in silos that are started from now on.</summary>
    public IReadOnlyList<string> Exchanged { get; set; } = [];

    /// <summary>Calls that run at once on the device of a silo that is started from now on.</summary>
    public int Workers { get; init; }

    /// <summary>The model that serves first.</summary>
    public ModelPackage Model { get; private set; } = null!;

    /// <summary>All that were published, by version.</summary>
    public ConcurrentDictionary<string, ModelPackage> Models { get; } = new(StringComparer.Ordinal);

    /// <summary>The processes, in the order they were started.</summary>
    public IReadOnlyList<ClusterProcess> Processes => _processes;

    /// <summary>Starts a database, brings its tables up to date, and starts silos, and a gateway where they are none, with a random model.</summary>
    /// <param name="silos">How many silos.</param>
    /// <param name="modelSeed">Which model.</param>
    /// <param name="roles">Theirs.</param>
    /// <param name="gatewayIsSilo">Whether a gateway that is added is in the cluster itself, and told of silos that die, or only a client of it.</param>
    /// <param name="without">A mechanism that no silo of it has.</param>
    /// <param name="with">A pause that each has.</param>
    /// <param name="workers">Calls that run at once on a silo's device.</param>
    public static async Task<RunningCluster> StartAsync(int silos, int modelSeed, string roles = "serve,gateway", bool gatewayIsSilo = false, string? without = null, string? with = null, int workers = 1)
    {
        var cluster = new RunningCluster
        {
            Workers = workers,
            Exchanged = [.. with is null ? Array.Empty<string>() : ["--with", with], .. without is null ? Array.Empty<string>() : ["--without", without]],
        };
        try
        {
            await cluster.Server.InitializeAsync();
            cluster.Database = cluster.Server.NewDatabase();
            (await GridCommand.RunAsync("migrate", "--cluster", cluster.Database)).ShouldExitWith(0);
            cluster.Model = ModelFiles.Write(cluster._folder["model"], modelSeed);
            cluster.Models[cluster.Model.Version] = cluster.Model;
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

    /// <summary>Publishes another model, of a given shape or of any.</summary>
    /// <returns>Its version.</returns>
    public async Task<string> PublishAsync(int modelSeed, LongerConfig? shape = null)
    {
        var folder = _folder[$"model {modelSeed}"];
        var model = ModelFiles.Write(folder, modelSeed, shape);
        Models[model.Version] = model;
        (await GridCommand.RunAsync("publish", "--url", _processes.First(p => p.IsGateway).Http.BaseAddress!.AbsoluteUri, "--model", folder)).ShouldExitWith(0);
        return model.Version;
    }

    /// <summary>Waits until the other silos have declared a silo dead.</summary>
    /// <exception cref="OperationCanceledException">They have not within a minute.</exception>
    public async Task DeadAsync(ClusterProcess process)
    {
        const int Dead = 6; // SiloStatus.Dead
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        await using var source = NpgsqlDataSource.Create(Database);
        await using var command = source.CreateCommand("SELECT max(Status) FROM OrleansMembershipTable WHERE Port = $1");
        command.Parameters.Add(new() { Value = int.Parse(process.Silo!.Split(':')[1], CultureInfo.InvariantCulture) });
        while (await command.ExecuteScalarAsync(patience.Token) is not Dead)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Starts one more silo.</summary>
    public async Task<ClusterProcess> AddAsync(string roles, params string[] more)
    {
        var process = await ClusterProcess.StartSiloAsync(Database, $"silo {_processes.Count}", roles, Exchanged, ["--workers", Workers.ToString(CultureInfo.InvariantCulture), .. AnyScores, .. more]);
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
