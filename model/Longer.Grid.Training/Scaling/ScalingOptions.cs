namespace Longer.Grid.Training;

/// <summary>How <see cref="ScalingStudy"/> fits its rows: all of them alike.</summary>
public sealed record ScalingOptions
{
    /// <summary>How a row is fitted: in small steps, since there are few requests. The seed is the base's; others count from it.</summary>
    public TrainingOptions Fit { get; init; } = new() { RequestsPerStep = 32 };

    /// <summary>Requests that a row is fitted on at the most, the newest. Default 6,000; at least 1.</summary>
    public int MostRequests { get; init; } = 6000;

    /// <summary>
    /// Whether candidates have cross features. Default: no. They say how often and how lately the candidate occurs in the window, whatever is made of the
    /// sequence: with them a row tells little of merging and of queries.
    /// </summary>
    public bool CrossFeatures { get; init; }

    /// <summary>Shape of the base, from which every other row differs in one thing. It has one self-causal layer.</summary>
    public ModelShape Shape { get; init; } = new();
}
