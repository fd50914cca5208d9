using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>What a user was shown at one moment and what came of it.</summary>
/// <param name="UserId">The user, 1 to 256 bytes of UTF-8.</param>
/// <param name="AtMs">The moment of the score, in Unix milliseconds.</param>
/// <param name="RequestId">What the caller names the request by, 1 to 256 bytes of UTF-8; <see langword="null"/> without.</param>
/// <param name="Items">What was shown, in its order; at least one.</param>
[GenerateSerializer, Immutable, Alias("longer.outcome")]
public sealed record Outcome(
    [property: Id(0)] string UserId,
    [property: Id(1)] long AtMs,
    [property: Id(2)] string? RequestId,
    [property: Id(3)] ImmutableArray<OutcomeItem> Items);
