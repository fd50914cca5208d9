using Longer.Grid.Model;
using static TorchSharp.torch;

namespace Longer.Grid.Training.Tests;

/// <summary>Linear maps in bfloat16 over float32 weights learn what float32 learns.</summary>
public sealed class BFloat16Tests
{
    private static readonly TrainingSet Set = TinySet.Of(1, steps: 1600);

    private static readonly LongerConfig Config = TinySet.Config(Set);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // bfloat16 has 8 bits: each product is off by 0.4 % at the most, and their sum by less.
    [Fact]
    public void The_loss_of_a_step_is_within_a_percent_and_its_gradient_points_the_same_way()
    {
        var (loss, gradient) = Step(TrainingPrecision.Full);
        var (narrowLoss, narrow) = Step(TrainingPrecision.BFloat16);

        Assert.NotEqual(loss, narrowLoss);
        Assert.Equal(loss, narrowLoss, 0.01 * loss);
        var (inner, one, other) = (0.0, 0.0, 0.0);
        foreach (var (name, g) in gradient.Dense)
        {
            inner += g.Zip(narrow.Dense[name], (a, b) => (double)a * b).Sum();
            one += StepGradients.SquaredLengthOf(g);
            other += StepGradients.SquaredLengthOf(narrow.Dense[name]);
        }

        Assert.InRange(inner / Math.Sqrt(one * other), 0.999, 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fit_measures_the_same_to_two_digits_and_keeps_float32_weights(bool recompute)
    {
        var options = new TrainingOptions { Epochs = 3, RequestsPerStep = 16, Threads = 2, LearningRate = 5e-3 };

        var (_, full) = ModelTraining.Run(Set, Config, options, new SplitRule(), TimeProvider.System, null, Token);
        var (weights, narrow) = ModelTraining.Run(
            Set, Config, options with { Precision = TrainingPrecision.BFloat16, Recompute = recompute }, new SplitRule(), TimeProvider.System, null, Token);

        var (expected, actual) = (full.Tasks["touched"], narrow.Tasks["touched"]);
        Assert.True(Math.Abs(expected.Auc - actual.Auc) < 0.005, $"AUC {expected.Auc}, bfloat16 {actual.Auc}");
        Assert.True(Math.Abs(expected.LogLoss - actual.LogLoss) < 0.01, $"log loss {expected.LogLoss}, bfloat16 {actual.LogLoss}");

        // Of numbers with 8 bits every one would have 16 zeros at its end.
        Assert.Contains(weights["head.in.weight"], w => (BitConverter.SingleToUInt32Bits(w) & 0xFFFF) != 0);
    }

    private static (double Loss, StepGradients Gradients) Step(TrainingPrecision precision)
    {
        using var module = new LongerModule(Config, ModelInitializer.Random(Config, 1));
        using var threads = new TrainingThreads(1);
        using var replica = module.Replica();
        replica.Precision = precision;
        List<RequestSpan> step = [.. TrainedUser.Of(Config, Set.SamplesByTime()).Select(user => new RequestSpan(user.Encoded, 0, user.Requests.Count))];
        var loss = TrainingSteps.Backward(step, [replica], threads);
        Assert.All(replica.Specs, spec => Assert.Equal(ScalarType.Float32, replica[spec.Name].dtype));
        var gradients = new StepGradients(module);
        gradients.TakeFrom(replica);
        return (loss, gradients);
    }
}
