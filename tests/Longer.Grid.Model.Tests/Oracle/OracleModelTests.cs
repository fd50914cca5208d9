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
            var (model, whole) = LongLife(seed, RandomModels.Of(seed));
            var trimmed = Trimmed(whole, Retained(model.Config, whole));

            var expected = new OracleModel(model).Score(whole).SelectMany(task => task).ToArray();
            var actual = new OracleModel(model).Score(trimmed).SelectMany(task => task).ToArray();

            Assert.Equal(expected, actual);
        }
    }

    // Each self layer's window holds its own query, so T + N·k - N groups are read, through N+1 layers. One less must show by three times what
    // parity allows, in models that look at the far end of their windows. Left out are those of four layers over more than 13 groups: the bucket at the
    // far end is then shared by four distances and more, and of the oldest group less than a quarter to the fourth power arrives.
    [Fact]
    public void One_group_less_than_what_is_read_scores_otherwise()
    {
        const double Shows = 3 * ScorerParity.Tolerance;
        var models = Enumerable.Range(0, 40).Select(seed => (Seed: seed, Model: RandomModels.FarSighted(seed))).Where(m => m.Model.Config is { SelfLayers: < 3 } or { VisibleGroups: <= 13 }).ToList();

        Assert.Equal(35, models.Count);
        Assert.All(models, m =>
        {
            var (model, whole) = LongLife(m.Seed, m.Model);
            var trimmed = Trimmed(whole, Retained(model.Config, whole) - ((model.Config.SelfLayers + 1) * model.Config.GroupSize));

            var expected = new OracleModel(model).Score(whole).SelectMany(task => task);
            var actual = new OracleModel(model).Score(trimmed).SelectMany(task => task);

            var moved = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
            Assert.True(moved > Shows, $"seed {m.Seed}: {moved}");
        });
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

    private static (ModelPackage Model, OracleCase Case) LongLife(int seed, ModelPackage model)
    {
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
