namespace Longer.Grid.Training;

/// <summary>Fits a model with each of some learning rates and keeps the fit that is best on the validation requests.</summary>
/// <param name="Module">The best fit; the caller's to dispose of.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Seconds">What all fits took.</param>
internal sealed record BestFit(RankingModule Module, double LearningRate, double Seconds)
{
    /// <summary>Fits.</summary>
    /// <param name="make">A new module, always with the same weights.</param>
    /// <param name="rates">Learning rates to try; with a single one, validation requests are not looked at.</param>
    /// <param name="train">To fit on.</param>
    /// <param name="validation">To choose on: the largest mean AUC over the tasks that have one, else the smallest log loss.</param>
    /// <param name="options">All else. A time budget would favour small models: it is not used.</param>
    /// <param name="time">For the seconds.</param>
    /// <param name="progress">Hears of all fits as of one.</param>
    /// <param name="cancellationToken">Ends it between steps.</param>
    /// <exception cref="TrainingException">There is a choice and no validation label to choose by, or a fit fails.</exception>
    public static BestFit Of(
        Func<RankingModule> make,
        IReadOnlyList<double> rates,
        IReadOnlyList<Sample> train,
        IReadOnlyList<Sample> validation,
        TrainingOptions options,
        TimeProvider time,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        if (rates.Count > 1 && !validation.Any(sample => sample.Request.Labels.ContainsAnyInRange(0, 1)))
        {
            throw new TrainingException(
                $"There is no label among the {validation.Count} validation requests to choose a learning rate by; more requests before the tested ones are needed.");
        }

        var started = time.GetTimestamp();
        (RankingModule Module, double Rate, double Worth)? best = null;
        try
        {
            for (var r = 0; r < rates.Count; r++)
            {
                var fit = options with { LearningRate = rates[r], TimeBudget = null };
                var module = make();
                try
                {
                    new Trainer(fit, time).Fit(module, train, progress is null ? null : new Part(progress, r, rates.Count), cancellationToken);
                    var worth = rates.Count == 1 ? 0 : Worth(Predictions.ByTorch(module, validation, fit, cancellationToken));
                    if (best is null || worth > best.Value.Worth || double.IsNaN(best.Value.Worth))
                    {
                        (best, module) = ((module, rates[r], worth), best?.Module);
                    }
                }
                finally
                {
                    module?.Dispose();
                }
            }
        }
        catch
        {
            best?.Module.Dispose();
            throw;
        }

        return new(best!.Value.Module, best.Value.Rate, time.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>What validation predictions are worth, more being better; which of the two measures it is depends on the labels alone.</summary>
    private static double Worth(IReadOnlyList<List<ScoredCandidate>> tasks)
    {
        var aucs = tasks.Select(RankingMetrics.AucOf).Where(auc => !double.IsNaN(auc)).ToArray();
        return aucs.Length > 0 ? aucs.Average() : -tasks.Where(task => task.Count > 0).Average(RankingMetrics.LogLossOf);
    }

    private sealed class Part(IProgress<double> whole, int part, int parts) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => whole.Report((part + value.Done) / parts);
    }
}
