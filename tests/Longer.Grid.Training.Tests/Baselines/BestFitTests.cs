using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

public sealed class BestFitTests
{
    // Of the three, the only one at which a fit of this length learns anything.
    private const double Right = 5e-3;

    private static readonly TrainingSet Set = TinySet.Of(1);

    private static readonly LongerConfig Config = TinySet.Config(Set);

    private static readonly RequestSplit Split = RequestSplit.Of(Set, new SplitRule { ValidationShare = 0.3 });

    private static readonly TrainingOptions Options = new() { Epochs = 4, RequestsPerStep = 16, Threads = 2 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Right, 1e-7, 1e-6)]
    [InlineData(1e-7, Right, 1e-6)]
    [InlineData(1e-6, 1e-7, Right)]
    public void The_rate_that_orders_the_validation_requests_best_wins_and_its_fit_is_kept(double first, double second, double third)
    {
        var best = Best([first, second, third], Split.Validation);
        using var module = best.Module;
        using var alone = Best([Right], []).Module;

        Assert.Equal(Right, best.LearningRate);
        Assert.Equal(alone["head.in.weight"].Floats().ToArray(), module["head.in.weight"].Floats().ToArray());
    }

    // The first rate learns nothing, so that a choice by what cannot be measured would keep it.
    [Fact]
    public void Without_a_positive_and_a_negative_the_smallest_log_loss_wins()
    {
        var best = Best([1e-7, Right, 1e-6], OnlyPositives(Split.Validation));
        best.Module.Dispose();

        Assert.Equal(Right, best.LearningRate);
    }

    [Fact]
    public void A_choice_without_a_validation_label_is_refused_before_anything_is_fitted()
    {
        var error = Assert.Throws<TrainingException>(() => BestFit.Of(
            () => throw new InvalidOperationException("fitted"), [1e-3, 2e-3], Split.Train, [], Options, TimeProvider.System, null, Token));

        Assert.Contains("0 validation requests", error.Message, StringComparison.Ordinal);
        Assert.Throws<TrainingException>(() => Best([1e-3, 2e-3], Relabelled(Split.Validation, [float.NaN, float.NaN])));
    }

    private static List<Sample> OnlyPositives(IReadOnlyList<Sample> samples) => Relabelled(samples, [1, float.NaN]);

    private static List<Sample> Relabelled(IReadOnlyList<Sample> samples, float[] labels) =>
        [.. samples.Select(s => new Sample(s.User, new(s.Request.Id, s.Request.AtMs, s.Request.HistoryEvents, s.Request.Candidates, labels)))];

    private static BestFit Best(double[] rates, IReadOnlyList<Sample> validation) => BestFit.Of(
        () => new LongerModule(Config, ModelInitializer.Random(Config, 1)), rates, Split.Train, validation, Options, TimeProvider.System, null, Token);
}
