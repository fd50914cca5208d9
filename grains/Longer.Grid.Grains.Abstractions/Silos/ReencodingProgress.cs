namespace Longer.Grid.Grains;

/// <summary>How far the users of a version that leaves have states of the one that took its place.</summary>
/// <param name="Version">The version that leaves.</param>
/// <param name="Done">Users who are done with.</param>
/// <param name="Of">Of so many.</param>
[GenerateSerializer, Immutable, Alias("longer.reencoding-progress")]
public sealed record ReencodingProgress([property: Id(0)] string Version, [property: Id(1)] int Done, [property: Id(2)] int Of);
