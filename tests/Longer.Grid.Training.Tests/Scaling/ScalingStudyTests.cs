using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

public sealed class ScalingStudyTests
{
    // Histories of some 150 events at the end: a window of 200.
    private static readonly TrainingSet Set = TinySet.Of(2, users: 4, steps: 700);

    private static readonly ScalingOptions Options = new()
    {
        Fit = new() { Epochs = 0.2, RequestsPerStep = 16, Threads = 2 },
        Shape = new() { EventDim = 8, TableDim = 8, RecentGroups = 40 },
        MostRequests = 60,
    };

    private static readonly ScalingStudy Study = new(Set, Options, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void There_is_a_row_for_each_window_merge_and_number_of_queries_that_the_data_have_room_for()
    {
        Assert.Equal(
            [
                "base: L 200, K 4, k 40", "base, seed 2", "base, seed 3", "L 50", "L 100", "K 1, InnerTrans", "K 8, InnerTrans", "K 1, plain", "K 4, plain", "K 8, plain",
                "k 25, recent", "k 50, recent", "k 25, uniform",
            ],
            Study.Points.Select(point => point.Name));
        Assert.Equal(60, Study.TrainRequests);
        Assert.Equal(RequestSplit.Of(Set, new SplitRule()).Test.Count, Study.TestRequests);
    }

    [Fact]
    public void Simulated_users_have_room_for_every_row()
    {
        var set = InterestSimulator.Simulate(SimulatedScaling.World with { Users = 3 }).Data.Samples;

        var study = new ScalingStudy(set, SimulatedScaling.Options, TimeProvider.System);

        Assert.Equal(ScalingStudy.Lengths, [.. Events(ScalingSeries.Length), .. Events(ScalingSeries.Base)]);
        Assert.Equal(ScalingStudy.QueryCounts, Queries(ScalingSeries.RecentQueries).Concat(Queries(ScalingSeries.Base)).Order());
        Assert.Equal(ScalingStudy.QueryCounts, Queries(ScalingSeries.UniformQueries));

        IEnumerable<int> Events(ScalingSeries series) => Of(series).Select(point => point.Config.MaxEvents);
        IEnumerable<int> Queries(ScalingSeries series) => Of(series).Select(point => point.Config.RecentGroups);
        IEnumerable<ScalingPoint> Of(ScalingSeries series) => study.Points.Where(point => point.Series == series);
    }

    [Fact]
    public void Each_row_differs_from_the_base_in_its_own_axis_alone()
    {
        var whole = Study.Points[0].Config;
        Assert.All(Study.Points, point =>
        {
            var config = point.Series switch
            {
                ScalingSeries.Length => point.Config with { MaxEvents = whole.MaxEvents },
                ScalingSeries.Merge => point.Config with { GroupSize = whole.GroupSize },
                ScalingSeries.PlainMerge => point.Config with { GroupSize = whole.GroupSize, InnerLayers = whole.InnerLayers },
                ScalingSeries.RecentQueries or ScalingSeries.UniformQueries => point.Config,
                _ => point.Config with { RecentGroups = point.Config.RecentGroups },
            };
            Assert.Equal(Json(whole), Json(config with { RecentGroups = whole.RecentGroups }));
            Assert.Equal(point.Series == ScalingSeries.UniformQueries, point.Queries == QueryChoice.Uniform);
            Assert.Equal(point.Series != ScalingSeries.PlainMerge, point.Config.InnerLayers > 0);
            Assert.Equal(point.Series == ScalingSeries.Seed, point.Seed != Study.Points[0].Seed);
        });
    }

    [Fact]
    public void Every_row_is_measured_on_the_same_candidates_beside_the_base()
    {
        var rows = new List<ScalingRow>();
        foreach (var point in Study.Points)
        {
            rows.Add(Study.Measure(point, rows.FirstOrDefault(), null, Token));
        }

        var tested = RequestSplit.Of(Set, new SplitRule { ValidationShare = 0 }).Test.Sum(sample => sample.Request.Candidates.Count);
        Assert.All(rows, row => Assert.Equal(tested, row.Tasks.Single().Metrics.Samples));
        Assert.All(rows, row => Assert.InRange(row.Tasks[0].Metrics.Auc, row.Tasks[0].AucInterval.Low, row.Tasks[0].AucInterval.High));
        Assert.Null(rows[0].Tasks[0].OverBase);
        Assert.All(rows.Skip(1), row => Assert.Equal(row.Tasks[0].Metrics.Auc - rows[0].Tasks[0].Metrics.Auc, row.Tasks[0].OverBase!.Value.Difference, 12));
        Assert.Equal(rows.Count, rows.Select(row => row.Tasks[0].Metrics.LogLoss).Distinct().Count());

        Assert.Equal(50, rows.Single(row => row.Point.Name == "L 50").EventsSeen);
        Assert.InRange(rows[0].EventsSeen, 101, 199);
    }

    [Fact]
    public void Rows_see_cross_features_only_where_they_are_asked_for()
    {
        var set = CrossSet.Of(1);
        var options = new ScalingOptions { Fit = new() { Epochs = 4, RequestsPerStep = 16, LearningRate = 4e-3, Threads = 2 } };

        Assert.True(Base(options with { CrossFeatures = true }) > 0.95);
        Assert.InRange(Base(options), 0.3, 0.7);

        double Base(ScalingOptions given)
        {
            var study = new ScalingStudy(set, given, TimeProvider.System);
            return study.Measure(study.Points[0], null, null, Token).Tasks[0].Metrics.Auc;
        }
    }

    [Fact]
    public void The_newest_requests_before_the_tested_ones_are_fitted_on()
    {
        var one = new ScalingStudy(Set, Options with { MostRequests = 1 }, TimeProvider.System);
        var all = new ScalingStudy(Set, Options with { MostRequests = int.MaxValue }, TimeProvider.System);

        Assert.Equal(1, one.TrainRequests);
        Assert.Equal(RequestSplit.Of(Set, new SplitRule { ValidationShare = 0 }).Train.Count, all.TrainRequests);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScalingStudy(Set, Options with { MostRequests = 0 }, TimeProvider.System));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScalingStudy(Set, Options with { Shape = new() { SelfLayers = 2 } }, TimeProvider.System));
    }

    [Fact]
    public void Operations_grow_with_the_window_and_with_the_queries()
    {
        var whole = Study.Points[0].Config;
        long[] byLength = [.. ScalingStudy.Lengths.Select(events => Point(whole with { MaxEvents = events, RecentGroups = 10 }).ColdFlops)];
        long[] byQueries = [.. ScalingStudy.QueryCounts.Select(k => Point(whole with { MaxEvents = 10_000, RecentGroups = k }).ColdFlops)];

        Assert.Equal(byLength.Order().Distinct(), byLength);
        Assert.Equal(byQueries.Order().Distinct(), byQueries);
        Assert.All(Study.Points, point => Assert.True(point.WarmFlops is null || point.WarmFlops < point.ColdFlops));
        Assert.Equal(
            LongerFlops.Prefill(whole, whole.MaxEvents) + LongerFlops.Score(whole, whole.MaxEvents, ScalingPoint.Candidates), Study.Points[0].ColdFlops);
        Assert.Equal(LongerFlops.Score(whole, whole.MaxEvents, ScalingPoint.Candidates), Study.Points[0].WarmFlops);
    }

    // InnerTrans is what a merge adds; what it spares is attention, once the window is long.
    [Fact]
    public void A_larger_merge_costs_less_attention_where_the_width_is_the_same()
    {
        var whole = Study.Points[0].Config with { MaxEvents = 10_000, RecentGroups = 100, InnerLayers = 0 };

        Assert.True(Point(whole with { GroupSize = 8, EventDim = 4 }).ColdFlops < Point(whole with { GroupSize = 4, EventDim = 8 }).ColdFlops);
        Assert.True(Point(whole with { GroupSize = 4, EventDim = 8 }).ColdFlops < Point(whole with { GroupSize = 1, EventDim = 32 }).ColdFlops);
        Assert.True(Point(whole).ColdFlops < Point(whole with { InnerLayers = 1 }).ColdFlops);
    }

    // Four groups of one event: the recent two look back on 3 and 4 groups, the uniform two (the second and the fourth) on 2 and 4.
    [Fact]
    public void Uniform_queries_look_back_less_far_and_cost_just_that_less()
    {
        var config = Study.Points[0].Config with { MaxEvents = 4, GroupSize = 1, RecentGroups = 2 };
        var (recent, uniform) = (Point(config), Point(config, QueryChoice.Uniform));

        Assert.Equal(4 * config.ModelDim, recent.ColdFlops - uniform.ColdFlops);
        Assert.Null(uniform.WarmFlops);
        Assert.Equal(Point(config with { RecentGroups = 4 }).ColdFlops, Point(config with { RecentGroups = 4 }, QueryChoice.Uniform).ColdFlops);
    }

    private static ScalingPoint Point(LongerConfig config, QueryChoice queries = QueryChoice.Recent) => new(ScalingSeries.Base, "a point", config, queries, 1);

    private static string Json(LongerConfig config) => System.Text.Encoding.UTF8.GetString(LongerConfigJson.Write(config));
}
