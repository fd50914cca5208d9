using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>From a data set to a model folder.</summary>
public static class ModelTraining
{
    /// <summary>Fits a model to the earlier part of a data set and measures it on the later part.</summary>
    /// <param name="set">The data.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="rule">What is later.</param>
    /// <param name="time">For budgets and the time taken.</param>
    /// <param name="progress">Hears of the fit.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TrainingException">The loss is not a number, or there is nothing to train on.</exception>
    public static (ModelWeights Weights, ModelMetrics Metrics) Run(
        TrainingSet set, LongerConfig config, TrainingOptions options, SplitRule rule, TimeProvider time, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var split = RequestSplit.Of(set, rule with { ValidationShare = 0 });
        using var module = new LongerModule(config, ModelInitializer.Random(config, options.Seed));
        var started = time.GetTimestamp();
        new Trainer(options, time).Fit(module, split.Train, progress, cancellationToken);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return (module.ToWeights(), new ModelMetrics
        {
            Tasks = config.Tasks.Zip(Predictions.ByTorch(module, split.Test, options, cancellationToken)).ToDictionary(t => t.First, t => RankingMetrics.Of(t.Second)),
            Source = set.Source,
            TrainRequests = split.Train.Count,
            TestRequests = split.Test.Count,
            TrainFromMs = split.Train[0].Request.AtMs,
            TestFromMs = split.TestFromMs,
            TestToMs = split.Test[^1].Request.AtMs,
            TrainSeconds = seconds,
            Parameters = TensorCatalog.Of(config).Sum(s => s.Elements),
        });
    }

    /// <summary>Writes a model folder: <c>config.json</c>, <c>weights.safetensors</c> and <c>metrics.json</c>, each whole or not at all.</summary>
    /// <returns>The model's version.</returns>
    public static string Save(string folder, LongerConfig config, ModelWeights weights, ModelMetrics metrics)
    {
        // Written beside and renamed: a run that is ended half-way leaves no half model.
        var beside = $"{Path.TrimEndingDirectorySeparator(folder)}.{Guid.NewGuid():N}.tmp";
        try
        {
            var version = ModelPackage.Save(beside, config, weights);
            File.WriteAllBytes(Path.Combine(beside, ModelPackage.MetricsFileName), metrics.ToJson());
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.GetFiles(beside))
            {
                File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            }

            return version;
        }
        finally
        {
            if (Directory.Exists(beside))
            {
                Directory.Delete(beside, recursive: true);
            }
        }
    }
}
