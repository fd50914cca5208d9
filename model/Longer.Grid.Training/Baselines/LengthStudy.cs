using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>What a long history is worth where only a long history tells (<see cref="InterestSimulator"/>), cross features removed.</summary>
/// <remarks>
/// Each of the three models gets the best of the same learning rates, chosen once, on the validation requests of the world of
/// <see cref="TuningSeed"/>: its users are neither trained on nor in any reported world. Reported worlds are fitted once, at those rates.
/// </remarks>
/// <param name="simulation">The world; <see cref="InterestSimulation.Seed"/> is that of a run.</param>
/// <param name="options">How to fit; the learning rate and the seed are the study's own.</param>
/// <param name="time">For the seconds.</param>
public sealed class LengthStudy(InterestSimulation simulation, TrainingOptions options, TimeProvider time)
{
    /// <summary>Events that LONGER with a short window sees.</summary>
    public const int ShortEvents = 200;

    /// <summary>The world that learning rates are chosen in, and no result is reported of.</summary>
    public const ulong TuningSeed = 1;

    // Of the time that all three models take, what the two with short windows do.
    private const double TruncatedShare = 0.05;
    private const double DinShare = 0.05;

    /// <summary>Worlds to report: none that the simulator or the fit was ever adjusted in.</summary>
    public static IReadOnlyList<ulong> Seeds { get; } = [11, 12, 13];

    /// <summary>Learning rates that every model chooses from.</summary>
    public static IReadOnlyList<double> LearningRates { get; } = [2.5e-3, 5e-3, 1e-2];

    /// <summary>Shape of the models: narrow, since the world is simple, with tables of the same width.</summary>
    public static ModelShape Shape { get; } = new() { EventDim = 8, RecentGroups = 20 };

    /// <summary>
    /// How the models are fitted: small steps, since users and not candidates are what there is to learn from. Its rate, for who does not choose one, is
    /// what <see cref="Tune"/> chooses; at 0.005 a fit may stay near chance.
    /// </summary>
    public static TrainingOptions Fit { get; } = new() { Epochs = 20, RequestsPerStep = 32, LearningRate = 2.5e-3 };

    /// <summary>Chooses each model's learning rate in the world of <see cref="TuningSeed"/>. Its test requests are not looked at.</summary>
    /// <param name="progress">Hears how far it is, 0 to 1.</param>
    /// <param name="cancellationToken">Ends it between steps.</param>
    public LengthRates Tune(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var world = World(TuningSeed);
        var split = RequestSplit.Of(world, new SplitRule());
        var models = Models(world, TuningSeed);
        var truncated = Best(models.Truncated, 0, TruncatedShare);
        var din = Best(models.Din, TruncatedShare, TruncatedShare + DinShare);
        var whole = Best(models.Whole, TruncatedShare + DinShare, 1);
        return new(whole, truncated, din, time.GetElapsedTime(started).TotalSeconds);

        double Best(Func<RankingModule> make, double from, double to)
        {
            var best = BestFit.Of(make, LearningRates, split.Train, split.Validation, FitOf(TuningSeed), time, Part.Of(progress, from, to), cancellationToken);
            best.Module.Dispose();
            return best.LearningRate;
        }
    }

    /// <summary>Simulates a world, fits the three models and compares them on users that were not trained on.</summary>
    /// <param name="seed">Of the world, of the first weights and of the order of requests; not <see cref="TuningSeed"/>.</param>
    /// <param name="rates">What <see cref="Tune"/> chose.</param>
    /// <param name="progress">Hears how far it is, 0 to 1.</param>
    /// <param name="cancellationToken">Ends it between steps.</param>
    public LengthComparison Run(ulong seed, LengthRates rates, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(seed, TuningSeed);
        return Compare(World(seed), seed, rates, progress, cancellationToken);
    }

    /// <summary>The same in a given world.</summary>
    internal LengthComparison Compare(TrainingSet world, ulong seed, LengthRates rates, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var split = RequestSplit.Of(world, new SplitRule { ValidationShare = 0 });
        var models = Models(world, seed);
        var truncated = Predict(models.Truncated, rates.Truncated, 0, TruncatedShare);
        var din = Predict(models.Din, rates.Din, TruncatedShare, TruncatedShare + DinShare);
        var whole = Predict(models.Whole, rates.Whole, TruncatedShare + DinShare, 1);
        return new(
            seed,
            RankingMetrics.AucOf(whole),
            RankingMetrics.AucOf(truncated),
            RankingMetrics.AucOf(din),
            Bootstrap.AucDifference(whole, truncated),
            Bootstrap.AucDifference(whole, din),
            time.GetElapsedTime(started).TotalSeconds);

        List<ScoredCandidate> Predict(Func<RankingModule> make, double rate, double from, double to)
        {
            var fit = BestFit.Of(make, [rate], split.Train, [], FitOf(seed), time, Part.Of(progress, from, to), cancellationToken);
            using var module = fit.Module;
            return Predictions.ByTorch(module, split.Test, FitOf(seed), cancellationToken)[0];
        }
    }

    private TrainingSet World(ulong seed) => InterestSimulator.Simulate(simulation with { Seed = seed }).Data.Samples;

    private TrainingOptions FitOf(ulong seed) => options with { Seed = (int)seed };

    private static (Func<RankingModule> Whole, Func<RankingModule> Truncated, Func<RankingModule> Din) Models(TrainingSet world, ulong seed)
    {
        var whole = Shape.For(world);
        var brief = (Shape with { MaxEvents = ShortEvents }).For(world);
        var recent = Unmerged.Of(whole, BaselineTable.RecentEvents);
        return (
            () => Longer(whole),
            () => Longer(brief),
            () => new PooledModule(recent, recent.MaxEvents, weighs: true, (int)seed) { UsesCrossFeatures = false });

        LongerModule Longer(LongerConfig shape) => new(shape, ModelInitializer.Random(shape, (int)seed)) { UsesCrossFeatures = false };
    }

    private sealed class Part(IProgress<double> whole, double from, double to) : IProgress<double>
    {
        public static Part? Of(IProgress<double>? whole, double from, double to) => whole is null ? null : new(whole, from, to);

        public void Report(double value) => whole.Report(from + ((to - from) * value));
    }
}
