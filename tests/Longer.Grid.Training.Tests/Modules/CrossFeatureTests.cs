using Longer.Grid.Oracle;

namespace Longer.Grid.Training.Tests;

/// <summary>A module without cross features reads each of them as "never", in scoring and in training.</summary>
public sealed class CrossFeatureTests
{
    private const int Never = 63;

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    public void Logits_are_bit_equal_whatever_else_stands_in_the_cross_tables(int seed, bool longer)
    {
        var model = RandomModels.Of(seed);
        var events = RandomHistories.Events(new Random(seed), model.Config, 60);

        // Candidates that the history has, so that cross features would tell.
        var scored = new OracleCase(
            RandomHistories.User(new Random(seed), model.Config), 0, events, [.. events.TakeLast(5).Select(e => new OracleCandidate(e.ItemId, e.Sides))], events[^1].AtMs + 1000);

        Assert.Equal(Logits(cross: false, changed: false), Logits(cross: false, changed: true));
        Assert.NotEqual(Logits(cross: true, changed: false), Logits(cross: true, changed: true));

        float[] Logits(bool cross, bool changed)
        {
            using RankingModule module = longer
                ? new LongerModule(model.Config, model.Weights) { UsesCrossFeatures = cross }
                : new PooledModule(model.Config, 50, weighs: true, seed) { UsesCrossFeatures = cross };
            foreach (var (name, row) in changed ? OtherRows(module) : [])
            {
                module[name].Floats().Slice(row * model.Config.CrossDim, model.Config.CrossDim).Fill(7);
            }

            return [.. new ModuleScorer(module).Score(new EncodedUser(model.Config, scored.Samples(), [scored.Request()]), CancellationToken.None).SelectMany(l => l)];
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fit_without_them_leaves_all_other_rows_of_the_cross_tables_as_they_were(bool longer)
    {
        var set = TinySet.Of(1, steps: 100);
        var config = TinySet.Config(set);
        using RankingModule module = longer
            ? new LongerModule(config, ModelInitializer.Random(config, 1)) { UsesCrossFeatures = false }
            : new PooledModule(config, 50, weighs: true, 1) { UsesCrossFeatures = false };
        var before = module.Copy();

        new Trainer(new() { Epochs = 1, RequestsPerStep = 16, Threads = 2 }, TimeProvider.System)
            .Fit(module, set.SamplesByTime(), null, TestContext.Current.CancellationToken);

        Assert.NotEqual(before["cross.item_count.weight"], module["cross.item_count.weight"].Floats().ToArray());
        Assert.All(OtherRows(module), row => Assert.Equal(
            before[row.Table].AsSpan(row.Row * config.CrossDim, config.CrossDim).ToArray(),
            module[row.Table].Floats().Slice(row.Row * config.CrossDim, config.CrossDim).ToArray()));
    }

    private static IEnumerable<(string Table, int Row)> OtherRows(RankingModule module) =>
        from spec in module.Specs
        where spec.Name.StartsWith("cross.", StringComparison.Ordinal)
        from row in Enumerable.Range(0, spec.Shape[0])
        where row != (spec.Name.EndsWith("_count.weight", StringComparison.Ordinal) ? 0 : Never)
        select (spec.Name, row);
}
