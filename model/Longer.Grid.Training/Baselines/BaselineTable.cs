using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>LONGER and what it is compared with, on the same samples, steps, tables and candidate features.</summary>
/// <remarks>
/// Every learned row is fitted with each learning rate, on the same requests for the same epochs; the rate that is best on the validation
/// requests counts, and that fit is measured on the test requests. Cross features are counted over each model's own window.
/// </remarks>
/// <param name="set">The data.</param>
/// <param name="config">LONGER's shape; the others take its tables and widths.</param>
/// <param name="options">Epochs and threads, the same for all.</param>
/// <param name="time">For the seconds.</param>
public sealed class BaselineTable(TrainingSet set, LongerConfig config, TrainingOptions options, TimeProvider time)
{
    /// <summary>Events that the Deep Interest Network with a truncated history sees.</summary>
    public const int RecentEvents = 50;

    /// <summary>Events that the Transformer without a merge sees at the most: every one is a query to all before it.</summary>
    public const int TransformerEvents = 1024;

    private readonly RequestSplit _split = RequestSplit.Of(set, new SplitRule());

    /// <summary>Learning rates that every row chooses from.</summary>
    public static IReadOnlyList<double> LearningRates { get; } = [1e-3, 2e-3, 4e-3];

    /// <summary>The rows, to be measured one by one in this order.</summary>
    public IReadOnlyList<Baseline> Rows
    {
        get
        {
            var recent = Window(RecentEvents);
            var transformer = Transformer();
            return
            [
                Counted("popularity", (samples, task) => CountingBaselines.Popularity(set, samples, task)),
                Counted("own count of the item", CountingBaselines.OwnCount),
                Fitted("sum pooling", () => new PooledModule(config, config.MaxEvents, weighs: false, options.Seed)),
                Fitted($"DIN, recent {recent.MaxEvents}", () => new PooledModule(recent, recent.MaxEvents, weighs: true, options.Seed)),
                Fitted("DIN, all", () => new PooledModule(config, config.MaxEvents, weighs: true, options.Seed)),
                Fitted($"Transformer, no merge, {transformer.MaxEvents}", () => Longer(transformer)),
                Fitted("LONGER, plain concatenation", () => Longer(config with { InnerLayers = 0 })),
                Fitted("LONGER", () => Longer(config)),
                Fitted("DIN, all, no cross features", () => new PooledModule(config, config.MaxEvents, weighs: true, options.Seed) { UsesCrossFeatures = false }),
                Fitted("LONGER, no cross features", () => Longer(config, cross: false)),
                Fitted("LONGER, shuffled labels", () => Longer(config), shuffled: true),
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
            var (train, validation, test) = shuffled ? new RequestSplit(Shuffled(_split.Train), Shuffled(_split.Validation), Shuffled(_split.Test)) : _split;
            var fit = BestFit.Of(make, LearningRates, train, validation, options, time, progress, cancellationToken);
            using var module = fit.Module;
            return new(
                name,
                [.. Predictions.ByTorch(module, test, options, cancellationToken).Select(RankingMetrics.Of)],
                module.ParameterCount,
                fit.Seconds,
                fit.LearningRate);
        });

    private LongerConfig Window(int events)
    {
        var most = Math.Min(events, config.MaxEvents);
        return config with { MaxEvents = most, RecentGroups = Math.Min(config.RecentGroups, (most + config.GroupSize - 1) / config.GroupSize) };
    }

    // One event a token, of the width that LONGER's tokens have; every token asks, and sees all before it.
    private LongerConfig Transformer()
    {
        var events = Math.Min(TransformerEvents, config.MaxEvents);
        return config with { MaxEvents = events, RecentGroups = events, GroupSize = 1, EventDim = config.ModelDim, InnerLayers = 0 };
    }

    private LongerModule Longer(LongerConfig shape, bool cross = true) =>
        new(shape, ModelInitializer.Random(shape, options.Seed)) { UsesCrossFeatures = cross };

    // The same requests with the labels of all candidates dealt out anew.
    private List<Sample> Shuffled(IReadOnlyList<Sample> samples)
    {
        var labels = samples.SelectMany(sample => sample.Request.Labels.ToArray().Chunk(sample.Request.Tasks)).ToArray();
        new Random(options.Seed).Shuffle(labels);
        var next = 0;
        return [.. samples.Select(sample =>
        {
            var request = sample.Request;
            var dealt = labels.AsSpan(next, request.Candidates.Count).ToArray().SelectMany(label => label).ToArray();
            next += request.Candidates.Count;
            return new Sample(sample.User, new Request(request.Id, request.AtMs, request.HistoryEvents, request.Candidates, dealt));
        })];
    }
}
