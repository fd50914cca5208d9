using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Longer.Grid.Grains;

/// <summary>On the silo that the grain's key names.</summary>
[Serializable, GenerateSerializer, Immutable, Alias("longer.on-its-silo")]
internal sealed class OnItsSilo : PlacementStrategy;

/// <summary>Places a grain by <see cref="OnItsSilo"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnItsSiloAttribute() : PlacementAttribute(new OnItsSilo());

/// <inheritdoc cref="OnItsSilo"/>
internal sealed class OnItsSiloDirector : IPlacementDirector
{
    /// <inheritdoc/>
    /// <exception cref="SiloUnavailableException">The silo is not in the cluster any more.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString()!;
        return Array.Find(context.GetCompatibleSilos(target), silo => silo.ToParsableString() == key) is { } itself
            ? Task.FromResult(itself)
            : throw new SiloUnavailableException($"The silo {key} is not in the cluster.");
    }
}
