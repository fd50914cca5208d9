namespace Longer.Grid.Grains;

/// <summary>How far users whose states a version has computed have states of the one that is to serve them.</summary>
/// <param name="Version">The version that leaves them.</param>
/// <param name="Done">Users who are done with.</param>
/// <param name="Of">Of so many.</param>
[GenerateSerializer, Immutable, Alias("longer.reencoding-progress")]
public sealed record ReencodingProgress([property: Id(0)] string Version, [property: Id(1)] int Done, [property: Id(2)] int Of);
