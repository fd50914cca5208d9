using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Longer.Grid.Grains;

/// <summary>On serving silos only, where rendezvous hashing says.</summary>
[Serializable, GenerateSerializer, Immutable, Alias("longer.serving-placement")]
internal sealed class ServingPlacement : PlacementStrategy;

/// <summary>Places a grain by <see cref="ServingPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ServingPlacementAttribute() : PlacementAttribute(new ServingPlacement());

/// <inheritdoc cref="ServingPlacement"/>
internal sealed class ServingPlacementDirector(ServingSilos silos) : IPlacementDirector
{
    /// <inheritdoc/>
    /// <exception cref="OverloadedException">No serving silo is there now.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var compatible = context.GetCompatibleSilos(target);
        return IPlacementDirector.GetPlacementHint(target.RequestContextData, compatible) is { } hint && silos.Takes(hint)
            ? Task.FromResult(hint)
            : silos.OwnerOf(target.GrainIdentity, compatible) is { } owner
                ? Task.FromResult(owner)
                : throw new OverloadedException(TimeSpan.FromSeconds(1), "No serving silo is in the cluster now.");
    }
}
