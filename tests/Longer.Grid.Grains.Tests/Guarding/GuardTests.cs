namespace Longer.Grid.Grains.Tests;

public sealed class GuardTests
{
    private const int Least = 100;

    private static readonly GuardOptions Options = new() { ErrorRate = 0.02, Drift = 0.2, LogLoss = 0.05, Least = Least };

    [Theory]
    [InlineData(0.10, 0.05, true)]
    [InlineData(0.06, 0.05, false)] // Within what is allowed.
    [InlineData(0.05, 0.50, false)] // Better.
    public void More_failed_scores_are_a_reason(double its, double others, bool trips) =>
        AssertReason(trips ? "error rate" : null, Tally("v", failed: Of(10 * Least, its)), Tally("w", failed: Of(10 * Least, others)));

    [Theory]
    [InlineData(0.75, 0.5, true)]
    [InlineData(0.25, 0.5, true)]
    [InlineData(0.65, 0.5, false)]
    [InlineData(0.35, 0.5, false)]
    public void Another_mean_score_is_a_reason_in_either_direction(double its, double others, bool trips) =>
        AssertReason(trips ? "mean score of like" : null, Tally("v", predicted: Narrow(Least, its)), Tally("w", predicted: Narrow(Least, others)));

    [Theory]
    [InlineData(0.70, 0.60, true)]
    [InlineData(0.64, 0.60, false)]
    [InlineData(0.40, 0.60, false)] // Better.
    public void A_larger_log_loss_is_a_reason(double its, double others, bool trips) =>
        AssertReason(trips ? "log loss of like" : null, Tally("v", logLoss: Narrow(Least, its)), Tally("w", logLoss: Narrow(Least, others)));

    [Theory]
    [InlineData(Least, Least, true)]
    [InlineData(Least - 1, Least, false)]
    [InlineData(Least, Least - 1, false)]
    public void With_fewer_than_the_least_on_either_side_nothing_is_judged(int its, int others, bool trips)
    {
        AssertReason(trips ? "error rate" : null, Tally("v", failed: Of(its, 1)), Tally("w", failed: Of(others, 0)));
        AssertReason(trips ? "mean score" : null, Tally("v", predicted: Narrow(its, 1)), Tally("w", predicted: Narrow(others, 0)));
        AssertReason(trips ? "log loss" : null, Tally("v", logLoss: Narrow(its, 9)), Tally("w", logLoss: Narrow(others, 1)));
    }

    // 0.1 apart is more than 0.05, but with losses that are anything from 0 to 2 a hundred of them are so far apart now and then.
    [Theory]
    [InlineData(100, false)]
    [InlineData(10_000, true)]
    public void Means_that_are_apart_by_chance_are_no_reason(int labels, bool trips) =>
        AssertReason(trips ? "log loss" : null, Tally("v", logLoss: Wide(labels, 1.1)), Tally("w", logLoss: Wide(labels, 1)));

    [Fact]
    public void What_is_off_is_not_looked_at()
    {
        var (bad, good) = (Tally("v", Of(Least, 1), Narrow(Least, 1), Narrow(Least, 9)), Tally("w", Of(Least, 0), Narrow(Least, 0), Narrow(Least, 1)));

        Assert.Null(new Guard(Options with { ErrorRate = null, Drift = null, LogLoss = null }).Reason(bad, good));
        Assert.StartsWith("error rate", new Guard(Options with { Drift = null, LogLoss = null }).Reason(bad, good), StringComparison.Ordinal);
        Assert.StartsWith("mean score", new Guard(Options with { ErrorRate = null, LogLoss = null }).Reason(bad, good), StringComparison.Ordinal);
        Assert.StartsWith("log loss", new Guard(Options with { ErrorRate = null, Drift = null }).Reason(bad, good), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_has_both_figures_and_both_counts() => Assert.Equal(
        "mean score of like 0.9 against 0.1 of the version it was compared with; allowed are 0.2 apart (1,000 and 100 scores)",
        new Guard(Options).Reason(Tally("v", predicted: Narrow(1_000, 0.9)), Tally("w", predicted: Narrow(Least, 0.1))));

    [Fact]
    public void A_task_that_only_one_of_them_has_is_not_compared() =>
        Assert.Null(new Guard(Options).Reason(Tally("v", predicted: Narrow(Least, 1)), new("w", Of(Least, 0), [new("share", Narrow(Least, 0), default)])));

    [Fact]
    public void What_silos_counted_of_a_version_is_added()
    {
        var sum = Guard.Sum("v", [Tally("v", Of(10, 0.1), Narrow(10, 0.2), Narrow(10, 3)), Tally("w", Of(10, 1)), Tally("v", Of(30, 0.3), Narrow(30, 0.6), Narrow(30, 1))]);

        Assert.Equal((40, 0.25), (sum.Failed.Count, sum.Failed.Mean));
        var task = Assert.Single(sum.Tasks);
        Assert.Equal(("like", 0.5, 1.5), (task.Task, Math.Round(task.Predicted.Mean, 9), Math.Round(task.LogLoss.Mean, 9)));
        Assert.Equal(0, Guard.Sum("nobody's", []).Failed.Count);
    }

    private static void AssertReason(string? begins, ModelTally version, ModelTally other)
    {
        var reason = new Guard(Options).Reason(version, other);
        if (begins is null)
        {
            Assert.Null(reason);
        }
        else
        {
            Assert.StartsWith(begins, reason, StringComparison.Ordinal);
        }
    }

    private static ModelTally Tally(string version, Moments failed = default, Moments predicted = default, Moments logLoss = default) => new(version, failed, [new("like", predicted, logLoss)]);

    /// <summary>Ones and zeros of a mean.</summary>
    private static Moments Of(int count, double mean) => new(count, count * mean, count * mean);

    /// <summary>Values of one size.</summary>
    private static Moments Narrow(int count, double value) => new(count, count * value, count * value * value);

    /// <summary>Values of a mean, half of them one below and half one above it.</summary>
    private static Moments Wide(int count, double mean) => new(count, count * mean, count * ((mean * mean) + 1));
}
