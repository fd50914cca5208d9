using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>An item that was shown, and what came of it.</summary>
/// <param name="ItemId">The item, 1 to 256 bytes of UTF-8.</param>
/// <param name="Features">Side values as it was scored with, each name at most once.</param>
/// <param name="Labels">At least one, each task at most once; of a task that is not there nothing is known.</param>
[GenerateSerializer, Immutable, Alias("longer.outcome-item")]
public sealed record OutcomeItem(
    [property: Id(0)] string ItemId,
    [property: Id(1)] ImmutableArray<Feature> Features,
    [property: Id(2)] ImmutableArray<OutcomeLabel> Labels);
