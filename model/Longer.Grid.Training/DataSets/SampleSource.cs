namespace Longer.Grid.Training;

/// <summary>Where the labels of a data set come from; every metric says which.</summary>
public enum SampleSource
{
    /// <summary>An impressions file: what was shown, and what came of it.</summary>
    Impressions,

    /// <summary>Explicit outcomes among the events: a rating, a like, a skip.</summary>
    Outcomes,

    /// <summary>What callers of a grid reported: what they showed, and what came of it.</summary>
    ReportedOutcomes,

    /// <summary>Events are the positives; negatives are drawn from what other users touched lately.</summary>
    SampledNegatives,
}
