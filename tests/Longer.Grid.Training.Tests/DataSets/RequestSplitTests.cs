namespace Longer.Grid.Training.Tests;

public sealed class RequestSplitTests
{
    [Fact]
    public void The_latest_requests_are_tested_on_and_the_latest_of_the_rest_validated_on()
    {
        var split = RequestSplit.Of(Set([.. Enumerable.Range(0, 100).Select(i => (long)i)]), new SplitRule { TestShare = 0.2, ValidationShare = 0.25 });

        Assert.Equal((60, 20, 20), (split.Train.Count, split.Validation.Count, split.Test.Count));
        Assert.Equal((59, 60, 79, 80), (At(split.Train[^1]), At(split.Validation[0]), At(split.Validation[^1]), At(split.Test[0])));
        Assert.Equal(80, split.TestFromMs);
        Assert.Equal(80, split.TrainAndValidation.Count);
    }

    [Fact]
    public void Requests_of_one_instant_stay_together_on_the_later_side()
    {
        var split = RequestSplit.Of(Set([1, 2, 3, 4, 5, 6, 7, 7, 7, 8]), new SplitRule { TestShare = 0.2, ValidationShare = 0 });

        Assert.Equal([7, 7, 7, 8], split.Test.Select(At));
        Assert.Empty(split.Validation);
    }

    [Fact]
    public void Two_moments_are_enough_to_train_on_one_and_test_on_the_other()
    {
        var split = RequestSplit.Of(Set([5, 9]), new SplitRule());

        Assert.Equal((1, 0, 1), (split.Train.Count, split.Validation.Count, split.Test.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_test_share_of_nothing_or_everything_is_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestSplit.Of(Set([1, 2, 3]), new SplitRule { TestShare = share }));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    public void A_validation_share_outside_its_range_is_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestSplit.Of(Set([1, 2, 3]), new SplitRule { ValidationShare = share }));

    [Fact]
    public void One_moment_alone_cannot_be_split() =>
        Assert.Throws<DataSetException>(() => RequestSplit.Of(Set([4, 4, 4]), new SplitRule()));

    private static long At(Sample sample) => sample.Request.AtMs;

    private static TrainingSet Set(long[] times)
    {
        var requests = times.Select((at, i) => new LabelledRequest($"{i}", $"u{i % 3}", at, [new RequestCandidate("1", [])], [1f]));
        return DataSet.Join(EventLog.Of([]), ["next"], [], SampleSource.Impressions, requests).Samples;
    }
}
