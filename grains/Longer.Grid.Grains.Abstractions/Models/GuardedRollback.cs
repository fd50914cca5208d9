namespace Longer.Grid.Grains;

/// <summary>That the guard took a version back.</summary>
/// <param name="Reason">What was wrong with it, with both versions' figures.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("longer.guarded-rollback")]
public sealed record GuardedRollback([property: Id(0)] string Reason, [property: Id(1)] long AtMs);
