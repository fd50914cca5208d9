using System.Globalization;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>Trains on what is new, period by period, and publishes what is no worse than what serves.</summary>
/// <remarks>
/// All that a period does stands on a state that was committed, and ends with the next one: cursor, counts and weights together. Who is killed in between
/// leaves nothing but time.
/// </remarks>
internal sealed class ContinuousTraining(
    ContinuousOptions options, ITrainingStore store, LabelSlices slices, PeriodFit fit, TrainedWeights weights, TrainedVersions versions, IGridModels models, TimeProvider time)
{
    /// <summary>Runs one period.</summary>
    /// <returns>What it did.</returns>
    /// <exception cref="GridException">The grid or its store cannot be reached, or another process has carried training on; the next period goes on from what is committed.</exception>
    public async Task<TrainingPeriodReport> RunAsync(CancellationToken stop)
    {
        try
        {
            var (state, revision) = await store.BeginAsync();
            var line = new CommittedState(store, state, revision);
            var why = await versions.FinishAsync(line, stop);
            var counted = await slices.CountEventsAsync(line, stop);
            var period = line.State.Publication is null ? await TryTrainAsync(line, stop) : Nothing(line.State, why!);
            var report = period with { Events = counted + period.Events, TotalEvents = line.State.Total.Events };
            await line.CommitAsync(line.State with { Last = report });
            await models.TellAsync(report, stop);
            options.Told?.Invoke(report);
            return report;
        }
        catch
        {
            // Perhaps further than what is committed.
            weights.Drop();
            throw;
        }
    }

    /// <summary>Trains; where the weights turn out to lead nowhere, they are given up for the active version's, and what was read stays read.</summary>
    private async Task<TrainingPeriodReport> TryTrainAsync(CommittedState line, CancellationToken stop)
    {
        try
        {
            return await TrainAsync(line, stop);
        }
        catch (Exception e) when (e is TrainingException or ModelFormatException)
        {
            weights.Drop();
            await line.CommitAsync(line.State with { Checkpoint = null });
            return Nothing(line.State, $"the next period begins anew from the active version: {e.Message}");
        }
    }

    private async Task<TrainingPeriodReport> TrainAsync(CommittedState line, CancellationToken stop)
    {
        if (await models.ActiveAsync(stop) is not { } active)
        {
            return Nothing(line.State, "no model is active yet");
        }

        var found = await slices.ReadAsync(line.State, CommittedState.NoPositions);
        var requests = found.Sum(slice => slice.Requests.Count);
        if (requests < options.LeastRequests || found.Count < 2)
        {
            return Nothing(line.State, string.Create(CultureInfo.InvariantCulture, $"{requests} new requests; a period takes {options.LeastRequests} or more"));
        }

        // What was fitted to other weights is in none of a version's; events count all the same, once.
        var from = await weights.ResumeAsync(line.State, active, stop)
            ? line.State with { Parent = active, SinceParent = TrainingCounts.None with { Events = line.State.SinceParent.Events } }
            : line.State;
        var (fitted, left) = await fit.FitAsync(from, found, stop);
        var tested = await fit.MeasureAsync(left, active, stop);
        var why = await KeepAsync(line, fitted, tested, active) ?? await versions.FinishAsync(line, stop);
        return new(
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            why ?? "published",
            why is null ? line.State.Parent : null,
            fitted.Counts.Events,
            fitted.Counts.Requests,
            tested.Labels,
            Number(tested.LogLoss),
            Number(tested.ActiveLogLoss),
            LabelsFrom(line.State),
            Math.Round(fitted.Counts.Seconds, 3),
            TotalEvents: 0);
    }

    /// <summary>Commits what was fitted, and whether it is to be published.</summary>
    /// <returns>Why not; <see langword="null"/> where it is.</returns>
    private async Task<string?> KeepAsync(CommittedState line, Fitted fitted, Tested tested, string active)
    {
        var why = Gate(tested);
        var next = fitted.State;
        if (why is null)
        {
            var model = await weights.ModelAsync();
            if (model.Version == active)
            {
                why = "not published: no step was taken, the weights are the active version's";
            }
            else
            {
                var metrics = PublishedMetrics.Of(next, slices.AreOutcomes(next), model.Config, tested, weights.Trainer.TakeReport());
                next = next with { Publication = new(model.Version, metrics.ToText(), next.SinceParent), SinceParent = TrainingCounts.None };
            }
        }

        await line.CommitAsync(next with { Checkpoint = await weights.KeepAsync() }, fitted.Positions);
        return why;
    }

    /// <summary>Why what was measured is not good enough; <see langword="null"/> where it is.</summary>
    private string? Gate(Tested tested) =>
        tested.Labels == 0 ? "not published: there was nothing to measure on"
        : tested.LogLoss <= tested.ActiveLogLoss + options.Margin ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"not published: on {tested.Labels} labels its log loss is {tested.LogLoss:F5}, the active version's {tested.ActiveLogLoss:F5}; it may be {options.Margin:0.#####} above it");

    private TrainingPeriodReport Nothing(TrainingState state, string why) => new(time.GetUtcNow().ToUnixTimeMilliseconds(), why, null, 0, 0, 0, null, null, LabelsFrom(state), 0, 0);

    private string LabelsFrom(TrainingState state) => slices.AreOutcomes(state) ? "outcomes" : "actions";

    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
