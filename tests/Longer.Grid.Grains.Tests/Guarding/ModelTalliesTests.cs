namespace Longer.Grid.Grains.Tests;

public sealed class ModelTalliesTests
{
    private readonly ModelTallies _tallies = new();

    [Fact]
    public void An_answer_counts_once_by_the_mean_of_its_candidates()
    {
        _tallies.Served("v", ["like", "share"], [0.1f, 0.5f, 0.3f, 0.7f]);
        _tallies.Served("v", ["like", "share"], [1f, 0f]);

        var tally = Assert.Single(_tallies.Read().Now);
        Assert.Equal((2, 0), (tally.Failed.Count, tally.Failed.Sum));
        Assert.Equal([("like", 2, 0.6), ("share", 2, 0.3)], tally.Tasks.Select(task => (task.Task, (int)task.Predicted.Count, Math.Round(task.Predicted.Mean, 6))));
    }

    [Fact]
    public void A_failure_and_a_score_that_is_no_number_count_as_failed_and_for_no_mean()
    {
        _tallies.Served("v", ["like"], [0.5f]);
        _tallies.Served("v", ["like"], [0.5f, float.NaN]);
        _tallies.Failed("v");

        var tally = Assert.Single(_tallies.Read().Now);
        Assert.Equal((3, 2), (tally.Failed.Count, tally.Failed.Sum));
        Assert.Equal(1, Assert.Single(tally.Tasks).Predicted.Count);
    }

    [Fact]
    public void A_change_begins_anew_and_what_was_counted_before_it_is_told_beside()
    {
        _tallies.Begin(1);
        _tallies.Failed("v");
        _tallies.Begin(1);
        _tallies.Failed("v");
        _tallies.Begin(2);
        _tallies.Failed("w");

        var read = _tallies.Read();

        Assert.Equal((2, "v", 2), (read.Flip, Assert.Single(read.Before).Version, (int)read.Before[0].Failed.Count));
        Assert.Equal(("w", 1), (Assert.Single(read.Now).Version, (int)read.Now[0].Failed.Count));
    }
}
