namespace Longer.Grid.Grains;

/// <summary>An outcome, as the store holds it.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Id">Names it among the user's: the same outcome has the same.</param>
/// <param name="AtMs">The moment of the score, in Unix milliseconds.</param>
/// <param name="RequestId">What the caller names the request by; <see langword="null"/> without.</param>
/// <param name="Items">As <see cref="OutcomeCodec"/> wrote them.</param>
public sealed record StoredOutcome(string UserId, long Id, long AtMs, string? RequestId, byte[] Items);
