using Longer.Grid.Model;
using Orleans.Concurrency;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="ISiloGrain"/>
[Reentrant]
[OnItsSilo]
internal sealed class SiloGrain(ModelHost models, InferenceDevice device, ActiveUsers users, ServingSilos silos, ServingOptions options, IDrain drain, UserReencoding reencoding, ModelTallies tallies) : Grain, ISiloGrain
{
    /// <inheritdoc/>
    public Task LoadAsync(string version, CancellationToken cancellationToken) => models.LoadAsync(version, cancellationToken);

    /// <inheritdoc/>
    public Task WarmUpAsync(string version, CancellationToken cancellationToken) => models.WarmUpAsync(version, cancellationToken);

    /// <inheritdoc/>
    public Task UnloadAsync(string version) => models.UnloadAsync(version);

    /// <inheritdoc/>
    public Task ServeAsync(string version, long flip, CancellationToken cancellationToken) => models.ServeAsync(new(version, Canary: null, flip), cancellationToken);

    /// <inheritdoc/>
    public Task ServeCanaryAsync(string active, CanaryShare canary, long flip, CancellationToken cancellationToken) => models.ServeAsync(new(active, canary, flip), cancellationToken);

    /// <inheritdoc/>
    public Task DropAsync(string version) => models.DropAsync(version);

    /// <inheritdoc/>
    public Task<SiloReport> ReportAsync(CancellationToken cancellationToken) => Task.FromResult(new SiloReport(
        models.ActiveVersion,
        options.Engine.Device,
        device.Pool.BudgetBytes,
        device.Pool.UsedBytes,
        device.Pool.Residents,
        users.Count,
        device.QueueLength,
        options.UnsafeDurability,
        drain.IsDraining,
        reencoding.Progress,
        models.Canary,
        models.Pending));

    /// <inheritdoc/>
    public Task<SiloTallies> TalliesAsync(CancellationToken cancellationToken) => Task.FromResult(tallies.Read());

    /// <inheritdoc/>
    public Task LeavingAsync(string silo)
    {
        silos.Drains(SiloAddress.FromParsableString(silo));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DrainAsync()
    {
        drain.Begin();
        return Task.CompletedTask;
    }
}
