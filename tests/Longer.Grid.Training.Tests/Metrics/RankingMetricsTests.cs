namespace Longer.Grid.Training.Tests;

public sealed class RankingMetricsTests
{
    [Fact]
    public void Auc_counts_pairs_in_order_and_ties_as_half()
    {
        // Positives 3 and 1 against negatives 2 and 1: 3 beats both, 1 loses to 2 and ties with 1: (2 + 0.5) / 4.
        var auc = RankingMetrics.AucOf([new("a", 3, true), new("a", 1, true), new("a", 2, false), new("a", 1, false)]);

        Assert.Equal(0.625, auc, 12);
    }

    [Fact]
    public void Without_a_positive_or_a_negative_there_is_no_auc()
    {
        Assert.Equal(double.NaN, RankingMetrics.AucOf([new("a", 1, true)]));
        Assert.Equal(double.NaN, RankingMetrics.AucOf([new("a", 1, false), new("b", 2, false)]));
        Assert.Equal(double.NaN, RankingMetrics.AucOf([]));
    }

    [Fact]
    public void Users_count_alike_in_the_mean_and_those_without_both_labels_not_at_all()
    {
        // a orders its pair rightly, b wrongly, c has no negative.
        var metrics = RankingMetrics.Of(
            [new("a", 2, true), new("a", 1, false), new("b", 1, true), new("b", 2, false), new("b", 3, false), new("c", 9, true)]);

        Assert.Equal((0.5, 2), (metrics.UserAuc, metrics.UsersWithBoth));
        Assert.Equal((6, 3), (metrics.Samples, metrics.Positives));
    }

    [Fact]
    public void Log_loss_is_the_mean_of_what_each_outcome_was_given_and_holds_for_large_logits()
    {
        // sigmoid(0) = 1/2 either way; sigmoid(ln 3) = 3/4.
        var metrics = RankingMetrics.Of([new("a", 0, true), new("a", 0, false), new("a", MathF.Log(3), true), new("a", MathF.Log(3), false)]);
        var large = RankingMetrics.Of([new("a", 500, true), new("a", 500, false)]);

        Assert.Equal(((2 * Math.Log(2)) + Math.Log(4.0 / 3) + Math.Log(4)) / 4, metrics.LogLoss, 6);
        Assert.Equal(250, large.LogLoss, 9);
    }

    [Fact]
    public void A_bootstrap_interval_is_around_the_difference_and_narrows_to_nothing_between_equals()
    {
        var random = new Random(1);
        var good = Enumerable.Range(0, 600).Select(i => new ScoredCandidate($"u{i % 40}", (i % 2) + random.NextSingle(), i % 2 == 1)).ToList();
        var blind = good.ConvertAll(s => s with { Logit = random.NextSingle() });

        var (difference, low, high) = Bootstrap.AucDifference(good, blind, draws: 200);
        var same = Bootstrap.AucDifference(good, good, draws: 50);

        Assert.True(0 < low && low < difference && difference < high, $"{low} {difference} {high}");
        Assert.Equal((0, 0, 0), same);
    }

    [Fact]
    public void An_interval_of_an_auc_is_that_of_users_drawn_one_by_one()
    {
        var random = new Random(2);

        // Whole logits, so that many tie.
        var scored = Enumerable.Range(0, 400).Select(i => new ScoredCandidate($"u{i % 23}", (i % 2) + random.Next(4), i % 2 == 1)).ToList();
        var users = scored.GroupBy(s => s.UserId).Select(user => user.ToArray()).ToArray();
        var draws = new Random(5);
        var aucs = Enumerable.Range(0, 100)
            .Select(_ => RankingMetrics.AucOf([.. Enumerable.Range(0, users.Length).SelectMany(_ => users[draws.Next(users.Length)])]))
            .Order()
            .ToArray();

        var (low, high) = Bootstrap.AucInterval(scored, draws: 100, seed: 5);

        Assert.Equal(aucs[2], low, 12);
        Assert.Equal(aucs[97], high, 12);
    }

    [Fact]
    public void There_is_no_interval_where_there_is_no_auc()
    {
        Assert.Equal((double.NaN, double.NaN), Bootstrap.AucInterval([new("a", 1, true), new("b", 2, true)], draws: 10));
        Assert.Equal((double.NaN, double.NaN), Bootstrap.AucInterval([new("a", float.NaN, true), new("b", 2, false)], draws: 10));
    }
}
