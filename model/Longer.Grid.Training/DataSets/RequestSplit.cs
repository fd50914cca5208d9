namespace Longer.Grid.Training;

/// <summary>A data set's requests by time: every sample of a part is later than every sample of the part before it.</summary>
/// <param name="Train">To fit weights on, oldest first.</param>
/// <param name="Validation">To choose settings on; empty if the rule asks for none.</param>
/// <param name="Test">To measure on, never looked at before.</param>
public sealed record RequestSplit(IReadOnlyList<Sample> Train, IReadOnlyList<Sample> Validation, IReadOnlyList<Sample> Test)
{
    /// <summary>Time of the earliest test request, in Unix milliseconds: live traffic starts here.</summary>
    public long TestFromMs => Test[0].Request.AtMs;

    /// <summary>Train and validation together: what a final fit may use.</summary>
    public IReadOnlyList<Sample> TrainAndValidation => [.. Train, .. Validation];

    /// <summary>Divides a data set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A share of the rule is out of its range.</exception>
    /// <exception cref="DataSetException">There are too few moments in time to have all the parts that the rule asks for.</exception>
    public static RequestSplit Of(TrainingSet set, SplitRule rule)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(rule.TestShare, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rule.TestShare, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rule.ValidationShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rule.ValidationShare, 1);

        var samples = set.SamplesByTime();
        var test = Cut(samples, samples.Count, rule.TestShare);
        var validation = rule.ValidationShare == 0 ? test : Cut(samples, test, rule.ValidationShare);
        if (validation == 0 || test == samples.Count || (rule.ValidationShare > 0 && validation == test))
        {
            throw new DataSetException(
                $"{samples.Count} requests at {samples.Select(s => s.Request.AtMs).Distinct().Count()} moments are too few to train on some and test on later ones.");
        }

        return new([.. samples.Take(validation)], [.. samples.Take(test).Skip(validation)], [.. samples.Skip(test)]);
    }

    // Where the latest share of the first `end` samples begins. Requests of one instant stay together, on the later side,
    // so that nothing trained on is as late as anything tested on.
    private static int Cut(IReadOnlyList<Sample> samples, int end, double share)
    {
        var cut = end - (int)Math.Round(end * share);
        while (cut > 0 && cut < end && samples[cut].Request.AtMs == samples[cut - 1].Request.AtMs)
        {
            cut--;
        }

        return cut;
    }
}
