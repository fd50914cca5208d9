namespace Longer.Grid.Training;

/// <summary>A data set's requests by time: every sample of a part is later than every sample of the part before it.</summary>
/// <param name="Train">To fit weights on, oldest first.</param>
/// <param name="Validation">To choose settings on; empty if the rule asks for none, or there is too little.</param>
/// <param name="Test">To measure on, never looked at before.</param>
public sealed record RequestSplit(IReadOnlyList<Sample> Train, IReadOnlyList<Sample> Validation, IReadOnlyList<Sample> Test)
{
    /// <summary>Time of the earliest test request, in Unix milliseconds: live traffic starts here.</summary>
    public long TestFromMs => Test[0].Request.AtMs;

    /// <summary>Train and validation together: what a final fit may use.</summary>
    public IReadOnlyList<Sample> TrainAndValidation => [.. Train, .. Validation];

    /// <summary>Divides a data set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A share of the rule is out of its range.</exception>
    /// <exception cref="DataSetException">There are fewer than two moments in time.</exception>
    public static RequestSplit Of(TrainingSet set, SplitRule rule)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(rule.TestShare, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rule.TestShare, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rule.ValidationShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rule.ValidationShare, 1);

        var samples = set.SamplesByTime();
        var test = Cut(samples, samples.Count, Math.Max(1, (int)Math.Round(samples.Count * rule.TestShare)));
        if (test == 0)
        {
            throw new DataSetException(
                $"{samples.Count} requests at {samples.Select(s => s.Request.AtMs).Distinct().Count()} moments are too few to train on some and test on later ones");
        }

        // Where there is little, training goes before validation.
        var validation = Cut(samples, test, (int)Math.Round(test * rule.ValidationShare));
        validation = validation == 0 ? test : validation;
        return new([.. samples.Take(validation)], [.. samples.Take(test).Skip(validation)], [.. samples.Skip(test)]);
    }

    // Where the latest `count` of the first `end` samples begin. Requests of one instant stay together, on the later side,
    // so that nothing trained on is as late as anything tested on.
    private static int Cut(IReadOnlyList<Sample> samples, int end, int count)
    {
        var cut = end - count;
        while (cut > 0 && cut < end && samples[cut].Request.AtMs == samples[cut - 1].Request.AtMs)
        {
            cut--;
        }

        return cut;
    }
}
