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
    /// <exception cref="TrainingException">There is nothing to train on, or the fit does not get on: see <see cref="Trainer"/>.</exception>
    public static (ModelWeights Weights, ModelMetrics Metrics) Run(
        TrainingSet set, LongerConfig config, TrainingOptions options, SplitRule rule, TimeProvider time, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var split = RequestSplit.Of(set, rule with { ValidationShare = 0 });
        using var module = new LongerModule(config, ModelInitializer.Random(config, options.Seed));
        var started = time.GetTimestamp();
        var report = new Trainer(options, time).Fit(module, split.Train, progress, cancellationToken);
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
            Report = report,
            Parameters = TensorCatalog.Of(config).Sum(s => s.Elements),
        });
    }

    /// <summary>
    /// Writes a model folder: <c>config.json</c>, <c>weights.safetensors</c> and <c>metrics.json</c>. A run that ends half-way leaves what was there, or
    /// a folder without a <c>config.json</c>, which nobody takes for a model; never files of two models that look like one.
    /// </summary>
    /// <returns>The model's version.</returns>
    public static string Save(string folder, LongerConfig config, ModelWeights weights, ModelMetrics metrics)
    {
        // Inside, so that whoever may write the folder may write this.
        var beside = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
        try
        {
            var version = ModelPackage.Save(beside, config, weights);
            File.WriteAllBytes(Path.Combine(beside, ModelPackage.MetricsFileName), metrics.ToJson());

            // The config goes first and comes last.
            File.Delete(Path.Combine(folder, LongerConfigJson.FileName));
            foreach (var file in new[] { SafetensorsFile.FileName, ModelPackage.MetricsFileName, LongerConfigJson.FileName })
            {
                File.Move(Path.Combine(beside, file), Path.Combine(folder, file), overwrite: true);
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
