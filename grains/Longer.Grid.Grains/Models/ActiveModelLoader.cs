using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Longer.Grid.Grains;

/// <summary>Loads what the registry says serves before the silo joins: it takes no user before it can score.</summary>
/// <remarks>A silo that would trim what the active model reads does not start.</remarks>
internal sealed partial class ActiveModelLoader(IServiceProvider services, ModelHost host, ILogger<ActiveModelLoader> log) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>After the storage is there, and before the silo is in the cluster.</summary>
    private const int Stage = ServiceLifecycleStage.ApplicationServices + 1;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe<ActiveModelLoader>(Stage, LoadAsync);

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var registry = services.GetRequiredService<IGrainFactory>().GetGrain<IModelRegistryGrain>(0).GetGrainId();
        var state = new GrainState<RegistryState>();
        await services.GetRequiredKeyedService<IGrainStorage>(LongerServing.Storage).ReadStateAsync(ModelRegistryGrain.StateName, registry, state);
        if (state.State?.Active is { } active)
        {
            try
            {
                await host.ServeAsync(state.State.Plan!, cancellationToken);
            }
            catch (ModelRejectedException e) when (host.ActiveVersion == active)
            {
                LogCanaryNotLoaded(e, state.State.Canary!);
            }
            catch (ModelRejectedException e) when (e.Part != Retention.ModelPart)
            {
                // Events are taken all the same, and another model can be activated.
                host.CannotServe(active, state.State.Flip, e.Message);
                LogNotLoaded(e, active);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The active model {Version} cannot be loaded; scores are refused until another one is activated")]
    private partial void LogNotLoaded(Exception e, string version);

    [LoggerMessage(Level = LogLevel.Error, Message = "The canary {Version} cannot be loaded; the active model serves all users of this silo")]
    private partial void LogCanaryNotLoaded(Exception e, string version);
}
