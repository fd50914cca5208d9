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
    /// <param name="validation">To choose on: the largest mean AUC over tasks.</param>
    /// <param name="options">All else. A time budget would favour small models: it is not used.</param>
    /// <param name="time">For the seconds.</param>
    /// <param name="progress">Hears of all fits as of one.</param>
    /// <param name="cancellationToken">Ends it between steps.</param>
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
        var started = time.GetTimestamp();
        (RankingModule Module, double Rate, double Auc)? best = null;
        try
        {
            for (var r = 0; r < rates.Count; r++)
            {
                var fit = options with { LearningRate = rates[r], TimeBudget = null };
                var module = make();
                try
                {
                    new Trainer(fit, time).Fit(module, train, progress is null ? null : new Part(progress, r, rates.Count), cancellationToken);
                    var auc = rates.Count == 1 ? 0 : Predictions.ByTorch(module, validation, fit, cancellationToken).Average(RankingMetrics.AucOf);
                    if (best is null || auc > best.Value.Auc)
                    {
                        (best, module) = ((module, rates[r], auc), best?.Module);
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

    private sealed class Part(IProgress<double> whole, int part, int parts) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => whole.Report((part + value.Done) / parts);
    }
}
