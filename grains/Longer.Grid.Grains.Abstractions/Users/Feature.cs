namespace Longer.Grid.Grains;

/// <summary>A named id: a side value of an event or a candidate, or a profile value of a user.</summary>
/// <param name="Name">Name of the side or profile feature; the model need not know it.</param>
/// <param name="Id">The value, 1 to 256 bytes of UTF-8.</param>
[GenerateSerializer, Immutable, Alias("longer.feature")]
public readonly record struct Feature([property: Id(0)] string Name, [property: Id(1)] string Id);
