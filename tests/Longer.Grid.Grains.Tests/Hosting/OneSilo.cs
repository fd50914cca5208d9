using Longer.Grid.Model;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Longer.Grid.Grains.Tests;

/// <summary>A real silo with a store of its own in a temporary folder.</summary>
public sealed class OneSilo : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("longer-grains-");
    private InProcessTestCluster _cluster = null!;

    /// <summary>Stands between the grains and their store.</summary>
    public FaultyStore Store { get; private set; } = null!;

    /// <summary>Stands between the registry and its store.</summary>
    public FaultyGrainStorage GrainStorage { get; private set; } = null!;

    public IGrainFactory Grains => _cluster.Client;

    public IModelRegistryGrain Registry => Grains.GetGrain<IModelRegistryGrain>(0);

    public string Folder => _folder.FullName;

    public EngineOptions Engine { get; set; } = new() { Workers = 2, KvBudgetBytes = 64 << 20 };

    /// <summary>A database with tables; without one the silo has its own file.</summary>
    public GridDatabase? Database { get; init; }

    /// <summary>How many events are kept; <see langword="null"/> is as the database says.</summary>
    public Retention? Retention { get; set; }

    /// <summary>For how long outcomes are kept; <see langword="null"/> is as the database says.</summary>
    public OutcomeRetention? OutcomeRetention { get; set; }

    /// <inheritdoc cref="ServingOptions.ReencodingShare"/>
    public double ReencodingShare { get; init; } = 1;

    /// <inheritdoc cref="ServingOptions.Guard"/>
    public GuardOptions Guard { get; init; } = new();

    /// <summary>The silo's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IUserGrain User(string? id = null) => Grains.GetGrain<IUserGrain>(id ?? $"user-{Guid.NewGuid():N}");

    public ValueTask InitializeAsync() => StartAsync();

    public async ValueTask StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        (builder.Options.ServiceId, builder.Options.ClusterId) = ("longer-grid", "longer-grid");
        builder.ConfigureClient(client => client.Services.AddGridErrors());
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(Time);
            var embedded = ServingOptions.Embedded(Folder);
            silo.AddLongerServing(embedded with { Database = Database ?? embedded.Database, Engine = Engine, WriterQueueLimit = 4, Retention = Retention, OutcomeRetention = OutcomeRetention, ReencodingShare = ReencodingShare, Guard = Guard });
            var storage = silo.Services.Last(s => s.ServiceType == typeof(IGrainStorage) && Equals(s.ServiceKey, LongerServing.Storage));
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                LongerServing.Storage, (services, key) => GrainStorage = new FaultyGrainStorage((IGrainStorage)storage.KeyedImplementationFactory!(services, key)));
            var real = silo.Services.Last(s => s.ServiceType == typeof(IBehaviorStore)).ImplementationFactory!;
            silo.Services.AddSingleton<IBehaviorStore>(services => Store = new FaultyStore((BehaviorStore)real(services)));
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    /// <summary>Stops the silo and starts another on the same folder.</summary>
    public async Task RestartAsync()
    {
        await _cluster.DisposeAsync();
        await StartAsync();
    }

    /// <summary>Publishes a model and lets it serve every user.</summary>
    public async Task<string> ActivateAsync((byte[] ConfigJson, byte[] Weights) files)
    {
        var version = await PublishAsync(files);
        await ActiveAsync(version);
        await ReencodedAsync();
        return version;
    }

    /// <summary>Asks for a version until it is active, which takes its time on a busy machine.</summary>
    public async Task ActiveAsync(string version)
    {
        while (await Registry.ActivateAsync(version, CancellationToken.None) != ModelState.Active)
        {
            // Each call waits for some seconds.
        }
    }

    /// <summary>Asks for a version to be the canary until it is.</summary>
    public async Task CanaryAsync(string version, int percent)
    {
        while (await Registry.StartCanaryAsync(version, percent, CancellationToken.None) != ModelState.Canary)
        {
            // Each call waits for some seconds.
        }
    }

    public async Task<string> PublishAsync((byte[] ConfigJson, byte[] Weights) files, byte[]? metrics = null)
    {
        var uploads = _cluster.Silos[0].ServiceProvider.GetRequiredService<IModelUploads>();
        await using var upload = await uploads.BeginUploadAsync(CancellationToken.None);
        await upload.WriteAsync(ModelPart.Config, new MemoryStream(files.ConfigJson), CancellationToken.None);
        await upload.WriteAsync(ModelPart.Weights, new MemoryStream(files.Weights), CancellationToken.None);
        if (metrics is not null)
        {
            await upload.WriteAsync(ModelPart.Metrics, new MemoryStream(metrics), CancellationToken.None);
        }

        return (await Registry.PublishAsync(upload.Id, CancellationToken.None)).Version;
    }

    /// <summary>Waits until every user is served by the version that is to serve the user.</summary>
    public async Task ReencodedAsync()
    {
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await Registry.RolloutsAsync(end.Token)).Any(rollout => rollout.Phase != RolloutPhase.Canary))
        {
            await Task.Delay(10, end.Token);
        }
    }

    /// <summary>Deactivates every user, so that the next call reads the store.</summary>
    /// <remarks>A collection passes over a grain that still runs; an answer can arrive before its call has quite ended. So it is asked until none is left.</remarks>
    public async Task DeactivateAllAsync()
    {
        var users = _cluster.Silos[0].ServiceProvider.GetRequiredService<ActiveUsers>();
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        do
        {
            end.Token.ThrowIfCancellationRequested();
            await Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        }
        while (users.Count > 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
