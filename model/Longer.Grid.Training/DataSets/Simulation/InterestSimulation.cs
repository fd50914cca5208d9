namespace Longer.Grid.Training;

/// <summary>How many simulated users there are and what they do (<see cref="InterestSimulator"/>).</summary>
public sealed record InterestSimulation
{
    private const int MostRequestsOfVisit = 8;

    /// <summary>Users. Default 600; at least 2.</summary>
    public int Users { get; init; } = 600;

    /// <summary>Events of each user. Default 10,000.</summary>
    public int EventsPerUser { get; init; } = 10_000;

    /// <summary>
    /// Between a user's first request and the newest event that tells an interest lie at least so many others. Default 4,000; less than
    /// <see cref="EventsPerUser"/>.
    /// </summary>
    public int QuietEvents { get; init; } = 4000;

    /// <summary>Share of the events before the quiet ones that tell an interest. Default 0.5; above 0, at most 1.</summary>
    public double TellingShare { get; init; } = 0.5;

    /// <summary>Events of a burst: one interest, without a break. Default 80; at least 1.</summary>
    public int BurstEvents { get; init; } = 80;

    /// <summary>Latent clusters of items. Default 8; more than <see cref="InterestsPerUser"/>.</summary>
    public int Clusters { get; init; } = 8;

    /// <summary>Clusters that a user is interested in. Default 2; at least 1.</summary>
    public int InterestsPerUser { get; init; } = 2;

    /// <summary>Items of a cluster that users come upon in their bursts. Default 10; at least 1.</summary>
    public int OldItemsPerCluster { get; init; } = 10;

    /// <summary>Items of a cluster that are shown in requests, and that nobody's events have. Default 5; at least 1.</summary>
    public int NewItemsPerCluster { get; init; } = 5;

    /// <summary>Items in fashion, each for a short while, with everyone. Default 600; at least 1.</summary>
    public int TrendItems { get; init; } = 600;

    /// <summary>Requests of each user, all within one visit at the end. Default 8; 1 to 8.</summary>
    public int RequestsPerUser { get; init; } = 8;

    /// <summary>Candidates of a request: half of them from the user's interests, on average. Default 25; at least 1.</summary>
    public int CandidatesPerRequest { get; init; } = 25;

    /// <summary>Chance that a candidate of average appeal is liked against the user's interest, or not liked in spite of it. Default 0.15; 0 to below 0.5.</summary>
    public double LabelNoise { get; init; } = 0.15;

    /// <summary>Standard deviation of items' appeal to everyone, in log-odds. Default 0.5; 0 or more.</summary>
    public double AppealDeviation { get; init; } = 0.5;

    /// <summary>Which of the possible worlds. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Users, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(QuietEvents);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(QuietEvents, EventsPerUser);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TellingShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TellingShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BurstEvents, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(InterestsPerUser, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Clusters, InterestsPerUser);
        ArgumentOutOfRangeException.ThrowIfLessThan(OldItemsPerCluster, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(NewItemsPerCluster, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TrendItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RequestsPerUser, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RequestsPerUser, MostRequestsOfVisit);
        ArgumentOutOfRangeException.ThrowIfLessThan(CandidatesPerRequest, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(LabelNoise);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(LabelNoise, 0.5);
        ArgumentOutOfRangeException.ThrowIfNegative(AppealDeviation);
    }
}
