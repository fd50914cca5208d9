using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>One behaviour of a user.</summary>
/// <param name="ItemId">The item, 1 to 256 bytes of UTF-8.</param>
/// <param name="Action">What the user did, 1 to 256 bytes of UTF-8; the model need not know it.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Features">Side values, each name at most once.</param>
[GenerateSerializer, Immutable, Alias("longer.event")]
public sealed record BehaviorEvent(
    [property: Id(0)] string ItemId,
    [property: Id(1)] string Action,
    [property: Id(2)] long AtMs,
    [property: Id(3)] ImmutableArray<Feature> Features);
