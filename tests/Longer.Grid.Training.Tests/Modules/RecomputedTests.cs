using Longer.Grid.Model;
using Longer.Grid.Oracle;
using static TorchSharp.torch;

namespace Longer.Grid.Training.Tests;

/// <summary>Layers that are computed again on the way back give the gradients that kept ones give, and are not kept.</summary>
public sealed class RecomputedTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Gradients_of_a_step_are_the_same(int seed)
    {
        var model = RandomModels.Of(seed);
        var step = Step(seed, model.Config);

        var (loss, kept) = Gradients(model, step, recomputes: false);
        var (again, computed) = Gradients(model, step, recomputes: true);

        Assert.Equal(loss, again);
        foreach (var (name, expected) in kept.Dense)
        {
            Alike(name, expected, computed.Dense[name]);
        }

        foreach (var (name, expected) in kept.Tables)
        {
            var actual = computed.Tables[name];
            Assert.Equal(expected.Rows, actual.Rows);
            Alike(name, [.. expected.Rows.SelectMany((_, i) => expected[i].ToArray())], [.. actual.Rows.SelectMany((_, i) => actual[i].ToArray())]);
        }
    }

    [Fact]
    public void A_fit_ends_at_the_same_weights()
    {
        var set = TinySet.Of(1, steps: 100);
        var config = TinySet.Config(set);
        var kept = Fitted(recompute: false);
        var computed = Fitted(recompute: true);

        Assert.All(TensorCatalog.Of(config), spec => Alike(spec.Name, kept[spec.Name], computed[spec.Name]));

        Dictionary<string, float[]> Fitted(bool recompute)
        {
            using var module = new LongerModule(config, ModelInitializer.Random(config, 1));
            new Trainer(new() { Epochs = 2, RequestsPerStep = 16, Threads = 2, Recompute = recompute }, TimeProvider.System)
                .Fit(module, set.SamplesByTime(), null, TestContext.Current.CancellationToken);
            return module.Copy();
        }
    }

    // A kept tensor is one that the pass's scope still holds after it. What a layer more adds: handles of its output, or all that led to it.
    [Fact]
    public void Activations_of_its_layers_are_not_kept()
    {
        Assert.InRange(OfALayer(recomputes: true), 1, 3);
        Assert.InRange(OfALayer(recomputes: false), 12, 30);

        static int OfALayer(bool recomputes) => (Held(8, recomputes) - Held(1, recomputes)) / 7;

        static int Held(int selfLayers, bool recomputes)
        {
            var model = RandomModels.Of(3, RandomModels.Of(3).Config with { SelfLayers = selfLayers });
            using var module = new LongerModule(model.Config, model.Weights) { Recomputes = recomputes };
            using var scope = NewDisposeScope();
            module.Logits(module.Prepare(Step(3, model.Config)));
            return scope.DisposablesCount;
        }
    }

    private static List<RequestSpan> Step(int seed, LongerConfig config) =>
    [
        .. Enumerable.Range(0, 3).Select(i =>
        {
            var it = RandomHistories.Case((1000 * seed) + i, config);
            var random = new Random(seed + i);
            var labels = it.Request().Candidates.SelectMany(_ => config.Tasks).Select(_ => (float)random.Next(2)).ToArray();
            return new RequestSpan(new EncodedUser(config, it.Samples(), [new Request("r", it.AtMs, it.Events.Count, it.Request().Candidates, labels)]), 0, 1);
        }),
    ];

    private static (double Loss, StepGradients Gradients) Gradients(ModelPackage model, List<RequestSpan> step, bool recomputes)
    {
        using var module = new LongerModule(model.Config, model.Weights);
        using var threads = new TrainingThreads(2);
        RankingModule[] replicas = [module.Replica(), module.Replica()];
        Array.ForEach(replicas, replica => replica.Recomputes = recomputes);
        var loss = TrainingSteps.Backward(step, replicas, threads);
        var gradients = new StepGradients(module);
        Array.ForEach(replicas, gradients.TakeFrom);
        Array.ForEach(replicas, replica => replica.Dispose());
        return (loss, gradients);
    }

    private static void Alike(string name, float[] expected, float[] actual)
    {
        var far = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).DefaultIfEmpty().Max();
        var size = expected.Select(x => Math.Abs((double)x)).DefaultIfEmpty().Max();
        Assert.True(far <= Tolerance * size, $"{name}: {far} apart, the largest is {size}");
    }
}
