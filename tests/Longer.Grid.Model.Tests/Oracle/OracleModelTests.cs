using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

public sealed class OracleModelTests
{
    // Section 7 says that a score depends on no older event than the retained ones; the oracle computes all and must agree.
    [Fact]
    public void The_retained_events_score_like_a_whole_life()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (model, whole) = LongLife(seed);
            var trimmed = Trimmed(whole, Retained(model.Config, whole));

            var expected = new OracleModel(model).Score(whole).SelectMany(task => task).ToArray();
            var actual = new OracleModel(model).Score(trimmed).SelectMany(task => task).ToArray();

            Assert.Equal(expected, actual);
        }
    }

    // Each self layer's window holds its own query, so T + N·k - N groups are read, through N+1 layers. One less must show.
    [Fact]
    public void One_group_less_than_what_is_read_scores_otherwise()
    {
        // Through several layers the oldest group may fade below what parity sees; in these models it does not.
        int[] visible = [8, 12, 35, 37, 39];
        var moved = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var (model, whole) = LongLife(seed);
            var trimmed = Trimmed(whole, Retained(model.Config, whole) - ((model.Config.SelfLayers + 1) * model.Config.GroupSize));

            var expected = new OracleModel(model).Score(whole).SelectMany(task => task);
            var actual = new OracleModel(model).Score(trimmed).SelectMany(task => task);

            moved += expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() > (visible.Contains(seed) ? 3e-4 : 1e-12) ? 1 : 0;
        }

        Assert.Equal(40, moved);
    }

    [Fact]
    public void A_user_without_events_is_scored()
    {
        var model = RandomModels.Of(1);
        var random = new Random(1);
        var empty = new OracleCase(
            RandomHistories.User(random, model.Config), 0, [], RandomHistories.Candidates(random, model.Config, [], 3), RandomHistories.RequestMs(random, []));

        var logits = new OracleModel(model).Score(empty);

        Assert.Equal(3, logits.Length);
        Assert.All(logits, tasks => Assert.All(tasks, logit => Assert.True(double.IsFinite(logit))));
    }

    private static (ModelPackage Model, OracleCase Case) LongLife(int seed)
    {
        var model = RandomModels.Of(seed);
        var random = new Random(seed);
        var count = random.Next((int)model.Config.RetainedEvents + 1, 2 * (int)model.Config.RetainedEvents);
        var events = RandomHistories.Events(random, model.Config, count);
        return (model, new OracleCase(
            RandomHistories.User(random, model.Config),
            FirstOrdinal: 0,
            events,
            RandomHistories.Candidates(random, model.Config, events, 3),
            RandomHistories.RequestMs(random, events)));
    }

    /// <summary>Events of the newest T + N·k groups, the newest partly filled, and the predecessor of their first.</summary>
    private static int Retained(LongerConfig config, OracleCase whole)
    {
        var missing = (config.GroupSize - (whole.Events.Count % config.GroupSize)) % config.GroupSize;
        return (int)config.RetainedEvents - missing;
    }

    private static OracleCase Trimmed(OracleCase whole, int keep)
    {
        var first = Math.Max(0, whole.Events.Count - keep);
        return whole with { FirstOrdinal = first, Events = [.. whole.Events.Skip(first)] };
    }
}
