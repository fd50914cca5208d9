using Longer.Grid.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Longer.Grid.Grains;

/// <summary>Makes a silo a serving one.</summary>
public static class LongerServing
{
    /// <summary>Name of the grain storage that the grid's own grains use.</summary>
    internal const string Storage = "longer";

    /// <summary>Orleans' own, after which its caller is told that no answer came.</summary>
    private static readonly TimeSpan OrleansResponseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds the user and registry grains with their store. The active model, if there is one, is loaded before the silo takes calls. An
    /// embedded database's tables are brought up to date; those of a cluster's are checked.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be opened, is of another version, or would not survive power loss.</exception>
    public static ISiloBuilder AddLongerServing(this ISiloBuilder silo, ServingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WriterQueueLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.ReencodingShare, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ReencodingShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.ScoreTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.WriteTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.WriteTimeout, OrleansResponseTimeout);
        options.Guard.Check();
        var (database, dialect) = (options.Database, options.Database.Dialect);
        if (options.IsEmbedded)
        {
            GridSchema.Migrate(database);
        }
        else
        {
            GridSchema.Require(database);
        }

        var retention = silo.AgreeOnRetention(options);
        var outcomeRetention = AgreeOnOutcomeRetention(options);
        silo.Services.AddGridErrors();
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(options);
        silo.Services.AddSingleton(retention);
        silo.Services.AddSingleton(outcomeRetention);
        silo.Services.AddSingleton(services => new BehaviorStore(database, options.UnsafeDurability, services.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton<IBehaviorStore>(services => services.GetRequiredService<BehaviorStore>());
        silo.Services.AddSingleton<IOutcomeStore>(services => services.GetRequiredService<BehaviorStore>());
        silo.Services.AddSingleton<EventRepeats>();
        silo.Services.AddModelStore(options);
        silo.Services.AddSingleton(services => new InferenceDevice(options.Engine, services.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton<ModelVersionCheck>();
        silo.Services.AddSingleton<UserReencoding>();
        silo.Services.AddSingleton<ModelTallies>();
        silo.Services.AddSingleton(services => new ServedScores(services.GetRequiredService<ModelTallies>(), options.Guard));
        silo.Services.AddSingleton<ModelHost>();
        silo.Services.AddSingleton<ModelRollout>();
        silo.Services.AddSingleton<ActiveUsers>();
        silo.Services.AddSingleton<IUserDrain, UserDrain>();
        silo.Services.TryAddSingleton<IDrain, NoDrain>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ActiveModelLoader>();
        silo.Services.AddHostedService<ModelFollower>();
        silo.Services.AddHostedService<UserRebalancer>();
        silo.Services.AddHostedService<OutcomeTrimmer>();
        silo.AddLongerMember(new SiloFacts(SiloRole.Serve | options.OtherRoles, options.Engine.KvBudgetBytes));
        silo.AddAdoNetGrainStorage(Storage, storage => (storage.Invariant, storage.ConnectionString) = (dialect.OrleansInvariant, database.ForOrleans()));
        silo.AddStartupTask(static (services, _) =>
        {
            // Opened before the first call, so that a store that cannot serve stops the silo.
            services.GetRequiredService<IBehaviorStore>();
            return Task.CompletedTask;
        });
        return silo;
    }

    /// <summary>Adds the models that a cluster keeps in its database.</summary>
    public static void AddModelStore(this IServiceCollection services, GridDatabase database) => services.AddSingleton<IModelStore>(
        provider => new DatabaseModelStore(database.Open("models", GridConnections.Models), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Lets a silo take part: it tells the others what it is there for, and knows where users belong.</summary>
    public static ISiloBuilder AddLongerMember(this ISiloBuilder silo, SiloFacts facts)
    {
        silo.UseSiloMetadata(facts.ToMetadata());
        silo.Services.AddGridErrors();
        silo.Services.AddSingleton<ServingSilos>();
        silo.AddPlacementDirector<ServingPlacement>(services => ActivatorUtilities.CreateInstance<ServingPlacementDirector>(services));
        silo.AddPlacementDirector<OnItsSilo>(_ => new OnItsSiloDirector());
        return silo;
    }

    /// <exception cref="StoreUnavailableException">The silo is to keep another number of events than the cluster does.</exception>
    private static Retention AgreeOnRetention(this ISiloBuilder silo, ServingOptions options)
    {
        var kept = GridSettings.ReadRetention(options.Database);
        if (options.Retention is not { } asked || asked == kept)
        {
            return kept;
        }

        if (!options.IsEmbedded)
        {
            throw new StoreUnavailableException(
                $"--retain-events {asked}: the cluster keeps {kept} events of each user, and all its silos have to keep as many. longer-grid migrate --retain-events {asked} changes it for all that start then.");
        }

        // Only once the active model is loaded, which refuses what is too little for it: what nobody could start with is not remembered.
        silo.AddStartupTask((_, _) =>
        {
            GridSettings.SetRetention(options.Database, asked);
            return Task.CompletedTask;
        });
        return asked;
    }

    /// <exception cref="StoreUnavailableException">The silo is to keep outcomes for another time than the cluster does.</exception>
    private static OutcomeRetention AgreeOnOutcomeRetention(ServingOptions options)
    {
        var kept = GridSettings.ReadOutcomeRetention(options.Database);
        if (options.OutcomeRetention is not { } asked || asked == kept)
        {
            return kept;
        }

        if (!options.IsEmbedded)
        {
            throw new StoreUnavailableException(
                $"--outcome-retention {asked}: the cluster keeps outcomes for {kept}, and any of its silos may be the one that deletes them. longer-grid migrate --outcome-retention {asked} changes it for all that start then.");
        }

        GridSettings.SetOutcomeRetention(options.Database, asked);
        return asked;
    }

    private static void AddModelStore(this IServiceCollection services, ServingOptions options)
    {
        if (options.ModelFolder is { } folder)
        {
            var store = new DirectoryModelStore(folder);
            services.AddSingleton<IModelStore>(store);
            services.AddSingleton<IModelUploads>(store);
            return;
        }

        services.AddModelStore(options.Database);
    }
}
