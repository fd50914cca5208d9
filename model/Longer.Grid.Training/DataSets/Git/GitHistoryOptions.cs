namespace Longer.Grid.Training;

/// <summary>How clones become a behaviour log.</summary>
public sealed record GitHistoryOptions
{
    /// <summary>A commit that touches more files says nothing about what its author looks at. Default 60; at least 1.</summary>
    public int MostFilesOfCommit { get; init; } = 60;

    /// <summary>
    /// Contributors with fewer events are left out. Where fewer than <see cref="EnoughContributors"/> have as many, it is halved until they
    /// do, down to 1. Default 50; at least 1.
    /// </summary>
    public int FewestEvents { get; init; } = 50;

    /// <summary>Default 20; at least 1.</summary>
    public int EnoughContributors { get; init; } = 20;

    /// <summary>Requests at most; of more, as many are drawn evenly over all. Default 40,000; at least 1.</summary>
    public int MostRequests { get; init; } = 40_000;

    /// <summary>Which of the possible draws. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}
