using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>An item to score.</summary>
/// <param name="ItemId">The item, 1 to 256 bytes of UTF-8.</param>
/// <param name="Features">Side values, each name at most once; those that the model does not name are ignored.</param>
[GenerateSerializer, Immutable, Alias("longer.candidate")]
public sealed record Candidate([property: Id(0)] string ItemId, [property: Id(1)] ImmutableArray<Feature> Features);
