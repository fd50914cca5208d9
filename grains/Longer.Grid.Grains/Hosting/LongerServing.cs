using Longer.Grid.Model;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Longer.Grid.Grains;

/// <summary>Makes a silo a serving one.</summary>
public static class LongerServing
{
    /// <summary>Name of the grain storage that the grid's own grains use.</summary>
    internal const string Storage = "longer";

    /// <summary>
    /// Adds the user and registry grains with their store under <see cref="ServingOptions.DataDirectory"/>. The active model, if there is
    /// one, is loaded before the silo takes calls.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be opened, is of another version, or would not survive power loss.</exception>
    public static ISiloBuilder AddLongerServing(this ISiloBuilder silo, ServingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WriterQueueLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.ScoreTimeout, TimeSpan.Zero);
        var database = new SqliteConnectionStringBuilder { DataSource = Path.Combine(options.DataDirectory, "grid.db") }.ConnectionString;
        OrleansSchema.Prepare(database);

        silo.Services.AddGridErrors();
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(options);
        silo.Services.AddSingleton<IBehaviorStore>(services =>
            new BehaviorStore(StoreDialect.Sqlite, database, options.UnsafeDurability, services.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton<IModelStore>(_ => new DirectoryModelStore(Path.Combine(options.DataDirectory, "models")));
        silo.Services.AddSingleton(services => new InferenceDevice(options.Engine, services.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton<ModelHost>();

        // The name by which Orleans finds Microsoft.Data.Sqlite.
        silo.AddAdoNetGrainStorage(Storage, storage => (storage.Invariant, storage.ConnectionString) = ("System.Data.SQLite", database));
        silo.AddStartupTask(static async (services, cancellationToken) =>
        {
            // Opened before the first call, so that a store that cannot serve stops the silo.
            services.GetRequiredService<IBehaviorStore>();
            await services.GetRequiredService<IGrainFactory>().GetGrain<IModelRegistryGrain>(0).ListAsync(cancellationToken);
        });
        return silo;
    }
}
