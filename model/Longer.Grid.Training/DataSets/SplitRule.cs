namespace Longer.Grid.Training;

/// <summary>How a data set's requests are divided by time: first trained on, then validated on, the latest tested on.</summary>
public sealed record SplitRule
{
    /// <summary>Share of the requests, the latest in time, that are only tested on. Between 0 and 1, neither included.</summary>
    public double TestShare { get; init; } = 0.15;

    /// <summary>Share of the rest, again the latest, that chooses between settings. 0 to below 1.</summary>
    public double ValidationShare { get; init; } = 0.1;
}
