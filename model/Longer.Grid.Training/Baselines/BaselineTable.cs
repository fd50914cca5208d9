using System.Globalization;
using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>LONGER and what it is compared with, on the same samples, steps, tables and candidate features.</summary>
/// <remarks>
/// Every learned row is fitted with each learning rate, on the same requests for the same epochs; the rate that is best on the validation
/// requests counts, and that fit is measured on the test requests. Cross features are counted over each model's own window.
/// </remarks>
/// <param name="set">The data.</param>
/// <param name="config">LONGER's shape; the others take its tables and the width of its tokens, which for them are single events.</param>
/// <param name="options">Epochs and threads, the same for all.</param>
/// <param name="time">For the seconds.</param>
public sealed class BaselineTable(TrainingSet set, LongerConfig config, TrainingOptions options, TimeProvider time)
{
    /// <summary>Events that the Deep Interest Network with a truncated history sees.</summary>
    public const int RecentEvents = 50;

    /// <summary>Events that the Transformer without a merge sees at the most: every one is a query to all before it.</summary>
    public const int TransformerEvents = 1024;

    /// <summary>The row whose model was told labels at random; on what really came of the tested requests it can be no better than chance.</summary>
    public const string ShuffledName = "LONGER, trained on shuffled";

    private readonly RequestSplit _split = RequestSplit.Of(set, new SplitRule());

    /// <summary>Learning rates that every row chooses from.</summary>
    public static IReadOnlyList<double> LearningRates { get; } = [1e-3, 2e-3, 4e-3];

    /// <summary>Whether the Transformer sees less than LONGER; then there is a row for LONGER over as many events.</summary>
    public bool TransformerIsCut => config.MaxEvents > TransformerEvents;

    /// <summary>Name of that row.</summary>
    public static string LikeTransformerName { get; } = string.Create(CultureInfo.InvariantCulture, $"LONGER, {TransformerEvents:N0}");

    /// <summary>The rows, to be measured one by one in this order.</summary>
    public IReadOnlyList<Baseline> Rows
    {
        get
        {
            var (recent, all, single) = (Unmerged.Of(config, RecentEvents), Unmerged.Of(config, config.MaxEvents), Unmerged.Of(config, TransformerEvents));
            Baseline[] likeTransformer = TransformerIsCut ? [Fitted(LikeTransformerName, () => Longer(Window(TransformerEvents)))] : [];
            return
            [
                Counted("popularity", (samples, task) => CountingBaselines.Popularity(set, samples, task)),
                Counted("own count of the item", (samples, task) => CountingBaselines.OwnCount(set, samples, task)),
                Fitted("sum pooling", () => new PooledModule(all, all.MaxEvents, weighs: false, options.Seed)),
                Fitted($"DIN, recent {recent.MaxEvents}", () => new PooledModule(recent, recent.MaxEvents, weighs: true, options.Seed)),
                Fitted("DIN, all", () => new PooledModule(all, all.MaxEvents, weighs: true, options.Seed)),
                Fitted(string.Create(CultureInfo.InvariantCulture, $"Transformer, no merge, {single.MaxEvents:N0}"), () => Longer(single)),
                .. likeTransformer,
                Fitted("LONGER, plain concatenation", () => Longer(config with { InnerLayers = 0 })),
                Fitted("LONGER", () => Longer(config)),
                Fitted("DIN, all, no cross features", () => new PooledModule(all, all.MaxEvents, weighs: true, options.Seed) { UsesCrossFeatures = false }),
                Fitted("LONGER, no cross features", () => Longer(config, cross: false)),
                Fitted(ShuffledName, () => Longer(config), shuffled: true),
            ];
        }
    }

    private Baseline Counted(
        string name, Func<IReadOnlyList<Sample>, int, List<ScoredCandidate>> count) =>
        new(name, (_, _) =>
        {
            var started = time.GetTimestamp();
            var tasks = Enumerable.Range(0, config.Tasks.Count).Select(task => RankingMetrics.Of(count(_split.Test, task)) with { LogLoss = double.NaN }).ToList();
            return new(name, tasks, 0, time.GetElapsedTime(started).TotalSeconds, double.NaN);
        });

    private Baseline Fitted(string name, Func<RankingModule> make, bool shuffled = false) =>
        new(name, (progress, cancellationToken) =>
        {
            var random = new Random(options.Seed);
            var (train, validation) = shuffled
                ? (ShuffledLabels.Of(_split.Train, random), ShuffledLabels.Of(_split.Validation, random))
                : (_split.Train, _split.Validation);
            var fit = BestFit.Of(make, LearningRates, train, validation, options, time, progress, cancellationToken);
            using var module = fit.Module;
            return new(
                name,
                [.. Predictions.ByTorch(module, _split.Test, options, cancellationToken).Select(RankingMetrics.Of)],
                module.ParameterCount,
                fit.Seconds,
                fit.LearningRate);
        });

    private LongerConfig Window(int events)
    {
        var most = Math.Min(events, config.MaxEvents);
        return config with { MaxEvents = most, RecentGroups = Math.Min(config.RecentGroups, (most + config.GroupSize - 1) / config.GroupSize) };
    }

    private LongerModule Longer(LongerConfig shape, bool cross = true) =>
        new(shape, ModelInitializer.Random(shape, options.Seed)) { UsesCrossFeatures = cross };
}
