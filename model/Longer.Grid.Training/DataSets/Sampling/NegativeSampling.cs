namespace Longer.Grid.Training;

/// <summary>How candidates that a user did not take are drawn where nobody recorded them.</summary>
public sealed record NegativeSampling
{
    /// <summary>Negatives for each positive. Default 4; at least 1.</summary>
    public int PerPositive { get; init; } = 4;

    /// <summary>Positives of one request at most; of more, as many are drawn. Default 10; at least 1.</summary>
    public int MostPositives { get; init; } = 10;

    /// <summary>
    /// Negatives are drawn evenly from this many of the newest positive events of all users, so that an item comes up as often as it was
    /// taken lately. Default 10,000; at least 1.
    /// </summary>
    public int RecentEvents { get; init; } = 10_000;

    /// <summary>Requests at most; of more, as many are drawn evenly over all. Default 40,000; at least 1.</summary>
    public int MostRequests { get; init; } = 40_000;

    /// <summary>Which of the possible draws. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}
