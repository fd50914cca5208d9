using System.Collections.Concurrent;
using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>
/// That a mistake would show: parity to 1e-4 means something only if random models and histories move by more when any one part of the
/// contract is got wrong.
/// </summary>
public sealed class OracleStrengthTests
{
    /// <summary>Three times what parity allows.</summary>
    private const double Shows = 3e-4;

    // Right logits, computed once: every mistake is held against the same.
    private static readonly ConcurrentDictionary<(int Seed, int Index, bool OfParity), (OracleCase Case, double[] Logits)> Cases = new();

    /// <summary>Seeds of the models that are tried; together they have every K, N and part of the model.</summary>
    public static TheoryData<int> Seeds => [12, 25, 39, 42, 97, 1, 2, 3];

    /// <summary>The same, each with lives of the retained length and with the histories that parity is tested on.</summary>
    public static TheoryData<int, bool> SeedsAndHistories
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (var seed in Seeds)
            {
                data.Add(seed, false);
                data.Add(seed, true);
            }

            return data;
        }
    }

    [Fact]
    public void The_models_that_are_tried_are_of_every_kind()
    {
        var configs = Seeds.Select(seed => RandomModels.Of(seed).Config).ToList();

        Assert.Equal([1, 2, 4, 8], configs.Select(c => c.GroupSize).Distinct().Order());
        Assert.Equal([1, 2, 3], configs.Select(c => c.SelfLayers).Distinct().Order());
        Assert.Equal([0, 1, 2], configs.Select(c => c.InnerLayers).Distinct().Order());
        Assert.Equal([0, 1, 2], configs.Select(c => c.ClsTokens).Distinct().Order());
        Assert.Equal([0, 1, 2], configs.Select(c => c.Sides.Count).Distinct().Order());
        Assert.Equal([0, 1, 2], configs.Select(c => c.Profile.Count).Distinct().Order());
        Assert.Equal([1, 2, 3], configs.Select(c => c.Tasks.Count).Distinct().Order());
        Assert.Contains(configs, c => c.MaxEvents % c.GroupSize != 0);
        Assert.Contains(configs, c => c.RecentGroups == c.VisibleGroups);
        Assert.Contains(configs, c => c.RecentGroups == 1);
    }

    [Theory]
    [MemberData(nameof(SeedsAndHistories))]
    public void A_tensor_that_is_not_read_shows(int seed, bool ofParity)
    {
        var model = RandomModels.Of(seed);
        foreach (var spec in model.Weights.Specs)
        {
            var zeroed = With(model, spec.Name, new float[spec.Elements]);

            if (IsUnseen(spec.Name, model.Config))
            {
                Assert.True(Moved(seed, model, new OracleModel(zeroed), ofParity, cases: 1) < 1e-9, $"seed {seed}: {spec.Name} moves a logit");
            }
            else
            {
                Assert.True(Moved(seed, model, new OracleModel(zeroed), ofParity) > Shows, $"seed {seed}: zeroing {spec.Name} does not show");
            }
        }
    }

    // A table read one row off is a bucket one off.
    [Theory]
    [MemberData(nameof(SeedsAndHistories))]
    public void A_bucket_that_is_one_off_shows(int seed, bool ofParity)
    {
        var model = RandomModels.Of(seed);
        var tables = Bucketed(model);

        Assert.Equal(1 + (2 * (1 + model.Config.Sides.Count)) + (2 * model.Config.Layers), tables.Count);
        foreach (var spec in tables)
        {
            var (rows, width) = (spec.Shape[0], spec.Shape[1]);
            var data = model.Weights[spec.Name];
            foreach (var shift in new[] { 1, rows - 1 })
            {
                var rolled = Enumerable.Range(0, data.Length).Select(i => data[(i + (shift * width)) % data.Length]).ToArray();

                Assert.True(Moved(seed, model, new OracleModel(With(model, spec.Name, rolled)), ofParity) > Shows, $"seed {seed}: rows of {spec.Name} off by {shift} do not show");
            }
        }
    }

    // The same of a single row: what is read at one bucket is its neighbour's. Of the buckets that are read, some stand for events that
    // attention hardly looks at; most must show, and in every table one.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_single_bucket_that_is_one_off_shows(int seed)
    {
        var model = RandomModels.Of(seed);
        var (read, shown) = (0, 0);
        foreach (var spec in Bucketed(model))
        {
            var shownBefore = shown;
            for (var bucket = 0; bucket < spec.Shape[0]; bucket++)
            {
                var data = model.Weights[spec.Name].ToArray();
                data.AsSpan((bucket + 1) % spec.Shape[0] * spec.Shape[1], spec.Shape[1]).CopyTo(data.AsSpan(bucket * spec.Shape[1]));

                var moved = Moved(seed, model, new OracleModel(With(model, spec.Name, data)), ofParity: false, cases: 2);

                read += moved > 0 ? 1 : 0;
                shown += moved > Shows ? 1 : 0;
            }

            Assert.True(shown > shownBefore, $"seed {seed}: no single row of {spec.Name} that is off by one shows");
        }

        Assert.True(shown > 0.7 * read, $"seed {seed}: {shown} of {read}");
    }

    [Theory]
    [MemberData(nameof(SeedsAndHistories))]
    public void A_window_that_is_one_group_off_shows(int seed, bool ofParity)
    {
        var model = RandomModels.Of(seed);
        var right = OracleWindows.Of(model.Config);
        foreach (var by in new[] { -1, 1 })
        {
            Check(right with { CrossOfGroups = right.CrossOfGroups + by });
            Check(right with { CrossOfGlobals = right.CrossOfGlobals + by });
            Check(right with { SelfOfGlobals = right.SelfOfGlobals + by });
            Check(right with { Counted = right.Counted + by });

            // With one self layer no group's result of it is read: only globals leave the last layer.
            if (model.Config.SelfLayers > 1)
            {
                Check(right with { SelfOfGroups = right.SelfOfGroups + by });
            }

            // A group sees itself at least.
            void Check(OracleWindows wrong) => Assert.True(
                wrong.CrossOfGroups == 0 || wrong.SelfOfGroups == 0 || Moved(seed, model, new OracleModel(model, wrong), ofParity) > Shows,
                $"seed {seed}: {wrong} for {right} does not show");
        }
    }

    /// <summary>The tables that are read at buckets.</summary>
    private static List<TensorSpec> Bucketed(ModelPackage model) => [.. model.Weights.Specs.Where(spec =>
        spec.Name is "gap.weight"
        || spec.Name.StartsWith("cross.", StringComparison.Ordinal)
        || spec.Name.EndsWith("_bias.weight", StringComparison.Ordinal))];

    /// <summary>Softmax takes no notice of what is added to all of a query's logits, as a key's bias is, and of nothing where there is one key.</summary>
    private static bool IsUnseen(string tensor, LongerConfig config) =>
        tensor.EndsWith(".attention.k.bias", StringComparison.Ordinal)
        || (config.GroupSize == 1 && tensor.StartsWith("inner.", StringComparison.Ordinal)
            && (tensor.Contains(".attention.q.", StringComparison.Ordinal) || tensor.Contains(".attention.k.", StringComparison.Ordinal)));

    /// <summary>The largest difference of any logit over cases, until it shows.</summary>
    private static double Moved(int seed, ModelPackage model, OracleModel wrong, bool ofParity, int? cases = null)
    {
        // Histories of parity are of any length, none included: more of them are needed until one reaches a corner.
        var most = cases ?? (ofParity ? 24 : 6);
        var largest = 0.0;
        for (var i = 0; i < most && largest <= Shows; i++)
        {
            var (scored, right) = Case(seed, i, model, ofParity);
            var actual = wrong.Score(scored).SelectMany(task => task);
            largest = Math.Max(largest, right.Zip(actual, (a, b) => Math.Abs(a - b)).Max());
        }

        return largest;
    }

    private static (OracleCase Case, double[] Logits) Case(int seed, int index, ModelPackage model, bool ofParity) =>
        Cases.GetOrAdd((seed, index, ofParity), _ =>
        {
            var scored = ofParity ? RandomHistories.Case(seed + (1000 * index), model.Config) : OfRetainedLength(new Random((seed * 100) + index), model.Config);
            return (scored, [.. new OracleModel(model).Score(scored).SelectMany(task => task)]);
        });

    private static OracleCase OfRetainedLength(Random random, LongerConfig config)
    {
        var events = RandomHistories.Events(random, config, (int)config.RetainedEvents + random.Next(config.GroupSize));
        return new OracleCase(
            RandomHistories.User(random, config), 0, events, RandomHistories.Candidates(random, config, events, 4), RandomHistories.RequestMs(random, events));
    }

    private static ModelPackage With(ModelPackage model, string name, float[] data)
    {
        var tensors = model.Weights.Specs.ToDictionary(spec => spec.Name, spec => spec.Name == name ? data : model.Weights[spec.Name]);
        return model with { Weights = new ModelWeights(model.Config, tensors) };
    }
}
