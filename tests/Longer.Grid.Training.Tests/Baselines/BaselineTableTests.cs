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

        // In this world the user's own items tell all.
        Assert.True(rows.Single(row => row.Name == "own count of the item").Tasks[0].Auc > 0.9);
        Assert.True(rows.Single(row => row.Name == "LONGER").Tasks[0].Auc > 0.8);
    }

    // What a fit to noise prefers is chance, but it is one direction or the other: only over many deals does it come to nothing.
    [Fact]
    public void Trained_on_shuffled_labels_a_model_knows_nothing_of_the_true_ones()
    {
        var shuffled = Enumerable.Range(1, 12).Average(seed => Row(Set, BaselineTable.ShuffledName, Options with { Seed = seed, Epochs = 2 }));
        var told = Enumerable.Range(1, 3).Average(seed => Row(Set, "LONGER", Options with { Seed = seed, Epochs = 2 }));

        Assert.InRange(shuffled, 0.35, 0.65);
        Assert.InRange(told, 0.85, 1);
    }

    // The true labels, which the same model learns in that time, show that there was something to learn.
    [Fact]
    public void Without_cross_features_a_model_knows_nothing_where_they_alone_tell()
    {
        var set = CrossSet.Of(1);
        var options = Options with { Epochs = 4 };

        Assert.True(Row(set, "LONGER", options) > 0.95);
        Assert.True(Row(set, "DIN, all", options) > 0.95);
        Assert.InRange(Row(set, "LONGER, no cross features", options), 0.3, 0.7);
        Assert.InRange(Row(set, "DIN, all, no cross features", options), 0.3, 0.7);
    }

    [Fact]
    public void Where_the_transformer_is_cut_there_is_LONGER_over_as_many_events()
    {
        var shape = TinySet.Config(Set);

        var cut = new BaselineTable(Set, shape with { MaxEvents = BaselineTable.TransformerEvents + 1 }, Options, TimeProvider.System);
        var whole = new BaselineTable(Set, shape with { MaxEvents = BaselineTable.TransformerEvents }, Options, TimeProvider.System);

        Assert.Equal((true, false), (cut.TransformerIsCut, whole.TransformerIsCut));
        Assert.Equal(["Transformer, no merge, 1,024", "LONGER, 1,024"], cut.Rows.Select(row => row.Name).Where(name => name.EndsWith("1,024", StringComparison.Ordinal)));
        Assert.Equal(cut.Rows.Count - 1, whole.Rows.Count);
    }

    [Fact]
    public void Models_of_single_events_have_tokens_as_wide_as_the_merged_ones()
    {
        var shape = TinySet.Config(Set);

        var single = Unmerged.Of(shape, 20);

        Assert.Equal((shape.ModelDim, shape.ModelDim, 1, 20), (single.EventDim, single.ModelDim, single.GroupSize, single.MaxEvents));
        Assert.Equal((shape.Item, shape.CrossDim, shape.Tasks), (single.Item, single.CrossDim, single.Tasks));
        using var din = new PooledModule(single, 20, weighs: true, seed: 1);
        Assert.Equal(64, din["unit.in.weight"].shape[0]);
        var parameters = new BaselineTable(Set, shape, Options with { Epochs = 0.02 }, TimeProvider.System).Rows
            .Single(row => row.Name == "DIN, recent 50").Measure(null, Token).Parameters;
        Assert.Equal(din.ParameterCount, parameters);
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

    private static double Row(TrainingSet set, string name, TrainingOptions options) =>
        new BaselineTable(set, TinySet.Config(set), options, TimeProvider.System).Rows.Single(row => row.Name == name).Measure(null, Token).Tasks[0].Auc;

    private sealed class Heard : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
