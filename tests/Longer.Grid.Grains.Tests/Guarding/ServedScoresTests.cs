namespace Longer.Grid.Grains.Tests;

public sealed class ServedScoresTests
{
    private const long At = 1_700_000_000_000;

    private readonly ModelTallies _tallies = new();
    private readonly ServedScores _served;

    public ServedScoresTests()
    {
        _served = new ServedScores(_tallies, new GuardOptions()) { MostBytes = 100_000 };
        _served.Watch(isCanaryThere: true);
    }

    [Fact]
    public void A_label_counts_for_the_version_that_scored_the_item_once()
    {
        _served.Keep(Served("u", "r", At, "v", 0.25f));
        var outcome = Outcome("u", "r", At, isPositive: true);

        _served.Learn(outcome);
        _served.Learn(outcome);

        var task = Assert.Single(Assert.Single(_tallies.Read().Now).Tasks);
        Assert.Equal(("like", 1), (task.Task, task.LogLoss.Count));
        Assert.Equal(-Math.Log(0.25), task.LogLoss.Mean, 1e-6);
    }

    [Fact]
    public void The_loss_of_a_negative_label_is_that_of_the_rest_and_is_bounded()
    {
        _served.Keep(Served("u", "r", At, "v", 0.25f));
        _served.Keep(Served("u", "s", At, "w", 1f));

        _served.Learn(Outcome("u", "r", At, isPositive: false));
        _served.Learn(Outcome("u", "s", At, isPositive: false));

        Assert.Equal([-Math.Log(0.75), -Math.Log(1e-7)], _tallies.Read().Now.Select(tally => Math.Round(tally.Tasks[0].LogLoss.Mean, 6)), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData("r", 3_600_000, "v")] // The id tells, whatever the time.
    [InlineData(null, 1_000, "v")]
    [InlineData("another's", 1_000, "v")]
    [InlineData(null, 59_000, "w")] // The nearest in time.
    [InlineData(null, 200_000, null)]
    public void An_outcome_is_of_the_request_that_it_names_or_else_of_the_nearest_with_its_item(string? requestId, long afterMs, string? version)
    {
        _served.Keep(Served("u", "r", At, "v", 0.5f));
        _served.Keep(Served("u", "s", At + 60_000, "w", 0.5f));
        _served.Keep(Served("else", "r", At, "x", 0.5f));

        _served.Learn(Outcome("u", requestId, At + afterMs, isPositive: true));

        Assert.Equal(version is null ? [] : [version], _tallies.Read().Now.Select(tally => tally.Version));
    }

    [Theory]
    [InlineData("other item", "like")]
    [InlineData("item", "other task")]
    public void An_item_or_a_task_that_was_not_scored_counts_for_nothing(string item, string task)
    {
        _served.Keep(Served("u", "r", At, "v", 0.5f));

        _served.Learn(new("u", At, "r", [new(item, [], [new(task, true)])]));

        Assert.Empty(_tallies.Read().Now);
    }

    [Fact]
    public void All_that_is_kept_takes_no_more_than_it_may_and_the_oldest_goes()
    {
        for (var i = 0; i < 2_000; i++)
        {
            _served.Keep(Served($"user {i}", "r", At, "v", 0.5f));
            Assert.InRange(_served.Bytes, 1, _served.MostBytes);
        }

        _served.Learn(Outcome("user 0", "r", At, isPositive: true));
        Assert.Empty(_tallies.Read().Now);
        _served.Learn(Outcome("user 1999", "r", At, isPositive: true));
        Assert.Single(_tallies.Read().Now);
    }

    [Fact]
    public void Of_a_user_no_more_than_some_requests_are_kept()
    {
        var one = Served("u", "r", At, "v", 0.5f).Bytes;
        for (var i = 0; i < 3 * ServedScores.MostOfUser; i++)
        {
            _served.Keep(Served("u", "r", At, "v", 0.5f));
        }

        Assert.Equal(ServedScores.MostOfUser * one, _served.Bytes);
    }

    [Fact]
    public void A_user_who_is_forgotten_leaves_nothing()
    {
        _served.Keep(Served("u", "r", At, "v", 0.5f));
        _served.Keep(Served("u", "s", At, "v", 0.5f));

        _served.Forget("u");

        Assert.Equal(0, _served.Bytes);
    }

    [Fact]
    public void Without_a_canary_or_without_a_limit_to_the_log_loss_nothing_is_kept()
    {
        _served.Keep(Served("u", "r", At, "v", 0.5f));
        _served.Watch(isCanaryThere: false);
        _served.Keep(Served("u", "r", At, "v", 0.5f));
        var off = new ServedScores(_tallies, new GuardOptions { LogLoss = null });
        off.Watch(isCanaryThere: true);
        off.Keep(Served("u", "r", At, "v", 0.5f));

        Assert.Equal((0, 0, false), (_served.Bytes, off.Bytes, off.IsWatching));
    }

    private static ServedRequest Served(string user, string id, long atMs, string version, float probability) =>
        new(user, id, atMs, version, ["share", "like"], [Longer.Grid.Model.EntityKey.Of("7"), Longer.Grid.Model.EntityKey.Of("item")], [0.9f, 0.9f, 0.9f, probability]);

    private static Outcome Outcome(string user, string? requestId, long atMs, bool isPositive) => new(user, atMs, requestId, [new("item", [], [new("like", isPositive)])]);
}
