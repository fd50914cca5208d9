using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Training;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Silo;

/// <summary>Fits the weights to slices in their order, and measures them on the next ones.</summary>
internal sealed partial class PeriodFit(
    ContinuousOptions options, LabelSlices slices, SampleBuilder samples, IGridModels models, TrainedWeights weights, TimeProvider time, ILogger<PeriodFit> log)
{
    /// <summary>Requests that are trained on together, about: their users' histories are in memory at once.</summary>
    private const int RequestsTogether = 256;

    /// <summary>Requests that are measured on at the most.</summary>
    private const int RequestsTested = 1024;

    /// <summary>Trains for as long as there is time, on some slices in any case, and leaves the newest.</summary>
    /// <param name="from">The state that the weights are of.</param>
    /// <param name="found">The slices after its cursor; at least two.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The state then, not committed, and the slices after its cursor.</returns>
    /// <exception cref="TrainingException">Steps are dropped one after the other.</exception>
    public async Task<(Fitted Fit, List<LabelSlice> Left)> FitAsync(TrainingState from, List<LabelSlice> found, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var fit = new Fitted(from, TrainingCounts.None, new(StringComparer.Ordinal));
        for (var left = found; ; left = await slices.ReadAsync(fit.State, fit.Positions))
        {
            var isAll = left.Count < LabelSlices.Most;
            var until = left.Count - Math.Max(1, (int)(left.Count * options.HeldBack));
            var at = 0;
            while (at < until && (fit.Counts.Requests == 0 || time.GetElapsedTime(started) < options.TimeBudget))
            {
                var count = Together(left, at, until);
                fit = await FitAsync(fit, left.GetRange(at, count), stop);
                at += count;
            }

            left.RemoveRange(0, at);
            if (isAll || time.GetElapsedTime(started) >= options.TimeBudget)
            {
                return (fit, left);
            }
        }
    }

    /// <summary>Measures the weights and the active version's on slices that neither was trained on.</summary>
    public async Task<Tested> MeasureAsync(List<LabelSlice> left, string active, CancellationToken stop)
    {
        var built = await samples.BuildAsync(weights.Trainer.Config, left.SelectMany(slice => slice.Requests).Take(RequestsTested));
        if (built.Count == 0)
        {
            return Tested.Nothing;
        }

        var package = await models.ReadAsync(active, stop);
        return await BackgroundThread.RunAsync(() =>
        {
            using var serving = new LongerModule(package.Config, package.Weights);
            return new Tested(built, Predictions.ByTorch(weights.Trainer.Module, built, options.Fit, stop), Predictions.ByTorch(serving, built, options.Fit, stop));
        });
    }

    private static int Together(List<LabelSlice> slices, int at, int until)
    {
        var count = 0;
        for (var requests = 0; at + count < until && requests < RequestsTogether; count++)
        {
            requests += slices[at + count].Requests.Count;
        }

        return count;
    }

    private async Task<Fitted> FitAsync(Fitted fit, List<LabelSlice> some, CancellationToken stop)
    {
        var built = await samples.BuildAsync(weights.Trainer.Config, some.SelectMany(slice => slice.Requests));
        var began = time.GetTimestamp();
        var dropped = built.Count == 0 ? [] : await BackgroundThread.RunAsync(() => weights.Trainer.Train(built, stop));
        foreach (var step in dropped)
        {
            LogDropped(step);
        }

        var counts = new TrainingCounts(
            some.Sum(slice => slice.Events),
            built.Count,
            built.Sum(sample => KnownLabels(sample.Request)),
            built.Count == 0 ? null : built.Min(sample => sample.Request.AtMs),
            built.Count == 0 ? null : built.Max(sample => sample.Request.AtMs),
            time.GetElapsedTime(began).TotalSeconds,
            dropped.Count);
        foreach (var (user, position) in some.SelectMany(slice => slice.Positions))
        {
            fit.Positions[user] = position;
        }

        return fit with { State = some[^1].Passed(fit.State).Count(counts), Counts = fit.Counts.Plus(counts) };
    }

    private static long KnownLabels(Training.Request request)
    {
        var known = 0;
        foreach (var label in request.Labels)
        {
            known += float.IsNaN(label) ? 0 : 1;
        }

        return known;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dropped {Step}")]
    private partial void LogDropped(DroppedStep step);
}

/// <summary>How far a fit has come.</summary>
/// <param name="State">Its cursor is behind what was trained on; it is not committed.</param>
/// <param name="Counts">What was taken in since the fit began.</param>
/// <param name="Positions">How far users have been read since then.</param>
internal sealed record Fitted(TrainingState State, TrainingCounts Counts, Dictionary<string, TrainedPosition> Positions);
