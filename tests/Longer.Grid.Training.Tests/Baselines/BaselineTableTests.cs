namespace Longer.Grid.Training.Tests;

public sealed class BaselineTableTests
{
    private static readonly TrainingSet Set = TinySet.Of(2, steps: 300);

    private static readonly TrainingOptions Options = new() { Epochs = 1, RequestsPerStep = 16, Threads = 2 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_row_is_measured_on_the_same_candidates_and_only_what_is_fitted_has_parameters()
    {
        var table = new BaselineTable(Set, TinySet.Config(Set), Options, TimeProvider.System);

        var rows = table.Rows.Select(row => row.Measure(null, Token)).ToList();

        var test = RequestSplit.Of(Set, new SplitRule()).Test.Sum(s => s.Request.Candidates.Count);
        Assert.Equal(table.Rows.Select(row => row.Name), rows.Select(row => row.Name));
        Assert.All(rows, row => Assert.Equal((test, test / 2), (row.Tasks.Single().Samples, row.Tasks[0].Positives)));
        Assert.All(rows.Take(2), row => Assert.Equal((0, true), (row.Parameters, double.IsNaN(row.LearningRate))));
        Assert.All(rows.Skip(2), row => Assert.True(row.Parameters > 0 && BaselineTable.LearningRates.Contains(row.LearningRate)));
        Assert.All(rows, row => Assert.InRange(row.Tasks[0].Auc, 0, 1));

        // In this world the user's own items tell all: whoever sees them knows, and whoever sees the labels shuffled does not.
        Assert.True(Auc("own count of the item") > 0.9);
        Assert.True(Auc("LONGER") > Auc("LONGER, shuffled labels") + 0.2, $"{Auc("LONGER")}, shuffled {Auc("LONGER, shuffled labels")}");

        double Auc(string name) => rows.Single(row => row.Name == name).Tasks[0].Auc;
    }

    [Fact]
    public void A_row_says_how_far_it_is_until_it_is_done()
    {
        var table = new BaselineTable(Set, TinySet.Config(Set), Options with { Epochs = 0.2 }, TimeProvider.System);
        var heard = new Heard();

        table.Rows.Single(row => row.Name == "sum pooling").Measure(heard, Token);

        Assert.Equal(heard.Values.Order(), heard.Values);
        Assert.Equal(1, heard.Values[^1]);
        Assert.True(heard.Values.Count >= BaselineTable.LearningRates.Count);
    }

    [Fact]
    public void The_study_of_long_histories_compares_on_users_that_were_not_trained_on()
    {
        var world = new InterestSimulation { Users = 24, EventsPerUser = 300, QuietEvents = 100, BurstEvents = 20, RequestsPerUser = 2, CandidatesPerRequest = 10 };
        var study = new LengthStudy(world, LengthStudy.Fit with { Epochs = 0.5, Threads = 2 }, TimeProvider.System);

        var run = study.Run(3, null, Token);

        Assert.Equal(3UL, run.Seed);
        Assert.All([run.Whole, run.Truncated, run.Din], auc => Assert.InRange(auc, 0.1, 0.9));
        Assert.Equal(run.Whole - run.Truncated, run.OverTruncated.Difference, 12);
        Assert.Equal(run.Whole - run.Din, run.OverDin.Difference, 12);
        Assert.True(run.OverDin.Low <= run.OverDin.High && run.OverTruncated.Low <= run.OverTruncated.High);
    }

    private sealed class Heard : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
