namespace Longer.Grid.Grains;

/// <summary>A version that serves a fixed part of the users.</summary>
/// <param name="Version">The version.</param>
/// <param name="Percent">How many users of a hundred, 1 to 99.</param>
[GenerateSerializer, Immutable, Alias("longer.canary-share")]
public sealed record CanaryShare([property: Id(0)] string Version, [property: Id(1)] int Percent);
