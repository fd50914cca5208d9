using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>A silo's tallies.</summary>
/// <param name="Flip">The registry's number of the change of which versions serve whom that the silo has followed last.</param>
/// <param name="Now">What was counted since.</param>
/// <param name="Before">What was counted between the change before and that one.</param>
[GenerateSerializer, Immutable, Alias("longer.silo-tallies")]
public sealed record SiloTallies([property: Id(0)] long Flip, [property: Id(1)] ImmutableArray<ModelTally> Now, [property: Id(2)] ImmutableArray<ModelTally> Before);
