using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Training.Tests;

/// <summary>The variant for comparisons that reads groups spread over the window after layer 0, not the newest.</summary>
public sealed class UniformQueriesTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 100)];

    [Theory]
    [InlineData(10, 12, 5, new long[] { 10, 11, 12 })]
    [InlineData(0, 9, 5, new long[] { 1, 3, 5, 7, 9 })]
    [InlineData(3, 9, 3, new long[] { 5, 7, 9 })]
    [InlineData(4, 8, 1, new long[] { 8 })]
    [InlineData(5, 4, 3, new long[0])]
    public void Groups_are_spread_over_the_window_and_end_at_the_newest(long oldest, long newest, int most, long[] expected) =>
        Assert.Equal(expected, UniformGroups.Of(oldest, newest, most));

    [Fact]
    public void As_many_groups_as_asked_are_chosen_from_any_longer_window()
    {
        foreach (var visible in Enumerable.Range(1, 300))
        {
            var chosen = UniformGroups.Of(100, 99 + visible, 37);

            Assert.Equal(Math.Min(37, visible), chosen.Distinct().Count());
            Assert.Equal(chosen.Order(), chosen);
            Assert.Equal(99 + visible, chosen[^1]);
            Assert.True(chosen.Zip(chosen.Skip(1), (one, next) => next - one).All(step => step <= (visible / 37) + 1));
        }
    }

    // With more self-causal layers than one, recent queries reach over the window's edge, so that only histories that end within it are alike.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Where_the_queries_cover_the_window_they_are_the_recent_ones(int seed)
    {
        var model = Covered(seed);
        var (user, requests) = Requests(seed, model.Config, model.Config.SelfLayers == 1 ? int.MaxValue : model.Config.MaxEvents);
        using var recent = model.Module();
        using var uniform = Uniform(model);

        Near(recent.Scores(user, requests), uniform.Scores(user, requests));
    }

    [Fact]
    public void Where_the_queries_do_not_cover_the_window_they_are_others()
    {
        var (differ, compared) = (0, 0);
        foreach (var seed in Enumerable.Range(1, 100))
        {
            var model = Sparse(seed);
            var (user, requests) = Requests(seed, model.Config, int.MaxValue);
            using var recent = model.Module();
            using var uniform = Uniform(model);

            // Of a single group or two the newest is the choice either way.
            if (model.Config.RecentGroups > 1 && user.History.Count > 4 * model.Config.GroupSize)
            {
                compared++;
                differ += recent.Scores(user, requests).Zip(uniform.Scores(user, requests), (a, b) => Math.Abs(a - b)).Max() > 1e-4 ? 1 : 0;
            }
        }

        Assert.True(compared > 30 && differ > 0.75 * compared, $"{differ} of {compared} differ.");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Requests_of_one_pass_score_as_each_alone(int seed)
    {
        var model = Sparse(seed);
        var (user, requests) = Requests(seed, model.Config, int.MaxValue);
        using var module = Uniform(model);

        Near(module.Scores(user, requests, together: 1), module.Scores(user, requests));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_happens_after_a_request_does_not_change_it(int seed)
    {
        var model = Sparse(seed);
        var whole = RandomHistories.Case(seed, model.Config);
        var seen = new Random(seed).Next(whole.Events.Count + 1);
        var cut = whole with { Events = [.. whole.Events.Take(seen)] };
        var request = (whole with { AtMs = RandomHistories.RequestMs(new Random(seed), [.. whole.Events.Take(seen)]) }).Request(seen);
        using var module = Uniform(model);

        Assert.Equal(module.Scores(cut.Samples(), [request]), module.Scores(whole.Samples(), [request]));
    }

    [Fact]
    public void Weights_that_were_trained_so_are_no_model_to_serve()
    {
        using var module = Uniform(RandomModels.Of(1));
        using var replica = module.Replica();

        Assert.Contains("Uniform", Assert.Throws<InvalidOperationException>(module.ToWeights).Message, StringComparison.Ordinal);
        Assert.Equal(QueryChoice.Uniform, Assert.IsType<LongerModule>(replica).Queries);
    }

    private static ModelPackage Covered(int seed) => With(seed, visible => visible);

    private static ModelPackage Sparse(int seed) => With(seed, visible => (visible + 2) / 3);

    private static ModelPackage With(int seed, Func<int, int> recentOfVisible)
    {
        var config = RandomModels.Config(new Random(seed));
        return RandomModels.Of(seed, config with { RecentGroups = recentOfVisible(config.VisibleGroups) });
    }

    private static LongerModule Uniform(ModelPackage model) => new(model.Config, model.Weights) { Queries = QueryChoice.Uniform };

    private static (UserSamples User, List<Request> Requests) Requests(int seed, LongerConfig config, int mostEvents)
    {
        var random = new Random(seed);
        var whole = RandomHistories.Case(seed, config);
        whole = whole with { Events = [.. whole.Events.Take(mostEvents)] };
        var counts = Enumerable.Range(0, 6).Select(_ => random.Next(whole.Events.Count + 1)).Append(whole.Events.Count).Order();
        return (whole.Samples(), [.. counts.Select(count =>
        {
            List<OracleEvent> seen = [.. whole.Events.Take(count)];
            return (whole with { Candidates = RandomHistories.Candidates(random, config, seen, random.Next(1, 6)), AtMs = RandomHistories.RequestMs(random, seen) }).Request(count);
        })]);
    }

    private static void Near(List<double> expected, List<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }
}
