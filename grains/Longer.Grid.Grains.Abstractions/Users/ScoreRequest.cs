using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>A question to a user's model state.</summary>
/// <param name="Candidates">1 to 2,000; the same item may be asked twice.</param>
/// <param name="AtMs">The moment to score for, in Unix milliseconds; it sets durations only and hides no event. <see langword="null"/> is now.</param>
/// <param name="TopK">How many of the best to answer with; <see langword="null"/> answers all in the order asked.</param>
/// <param name="RankBy">The task that <paramref name="TopK"/> ranks by; <see langword="null"/> is the model's first.</param>
/// <param name="Timeout">How long the caller will wait from the arrival at the grain on; <see langword="null"/> is the silo's default.</param>
/// <param name="RequestId">What the caller knows the request by, and may name in an outcome; <see langword="null"/> without.</param>
[GenerateSerializer, Immutable, Alias("longer.score-request")]
public sealed record ScoreRequest(
    [property: Id(0)] ImmutableArray<Candidate> Candidates,
    [property: Id(1)] long? AtMs,
    [property: Id(2)] int? TopK,
    [property: Id(3)] string? RankBy,
    [property: Id(4)] TimeSpan? Timeout,
    [property: Id(5)] string? RequestId = null);
