using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>What a long history is worth where only a long history tells (<see cref="InterestSimulator"/>), cross features removed.</summary>
/// <remarks>
/// The model with the long window is fitted once, at one learning rate. The two with short windows, which have nothing to learn from if the
/// simulator keeps its word, get the best of several on the validation requests.
/// </remarks>
/// <param name="simulation">The world; <see cref="InterestSimulation.Seed"/> is that of a run.</param>
/// <param name="options">How to fit.</param>
/// <param name="time">For the seconds.</param>
public sealed class LengthStudy(InterestSimulation simulation, TrainingOptions options, TimeProvider time)
{
    /// <summary>Events that LONGER with a short window sees.</summary>
    public const int ShortEvents = 200;

    /// <summary>Shape of the models: narrow, since the world is simple, with tables of the same width.</summary>
    public static ModelShape Shape { get; } = new() { EventDim = 8, RecentGroups = 20 };

    /// <summary>How the models are fitted: small steps, since users and not candidates are what there is to learn from.</summary>
    public static TrainingOptions Fit { get; } = new() { Epochs = 20, RequestsPerStep = 32, LearningRate = 5e-3 };

    /// <summary>Simulates a world, fits the three models and compares them on users that were not trained on.</summary>
    /// <param name="seed">Of the world, of the first weights and of the order of requests.</param>
    /// <param name="progress">Hears how far it is, 0 to 1.</param>
    /// <param name="cancellationToken">Ends it between steps.</param>
    public LengthComparison Run(ulong seed, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var set = InterestSimulator.Simulate(simulation with { Seed = seed }).Data.Samples;
        var split = RequestSplit.Of(set, new SplitRule());
        var config = Shape.For(set);
        var brief = (Shape with { MaxEvents = ShortEvents }).For(set);
        var recent = (Shape with { MaxEvents = BaselineTable.RecentEvents }).For(set);
        var fit = options with { Seed = (int)seed };

        var truncated = Predict(() => Longer(brief), BaselineTable.LearningRates, from: 0, to: 0.1);
        var din = Predict(
            () => new PooledModule(recent, recent.MaxEvents, weighs: true, fit.Seed) { UsesCrossFeatures = false }, BaselineTable.LearningRates, from: 0.1, to: 0.2);
        var all = Predict(() => Longer(config), [fit.LearningRate], from: 0.2, to: 1);
        return new(
            seed,
            RankingMetrics.AucOf(all),
            RankingMetrics.AucOf(truncated),
            RankingMetrics.AucOf(din),
            Bootstrap.AucDifference(all, truncated),
            Bootstrap.AucDifference(all, din),
            time.GetElapsedTime(started).TotalSeconds);

        LongerModule Longer(LongerConfig shape) => new(shape, ModelInitializer.Random(shape, fit.Seed)) { UsesCrossFeatures = false };

        List<ScoredCandidate> Predict(Func<RankingModule> make, IReadOnlyList<double> rates, double from, double to)
        {
            var best = BestFit.Of(make, rates, split.Train, split.Validation, fit, time, progress is null ? null : new Part(progress, from, to), cancellationToken);
            using var module = best.Module;
            return Predictions.ByTorch(module, split.Test, fit, cancellationToken)[0];
        }
    }

    private sealed class Part(IProgress<double> whole, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + ((to - from) * value));
    }
}
