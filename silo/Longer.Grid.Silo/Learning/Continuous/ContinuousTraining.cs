using System.Globalization;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Training;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Silo;

/// <summary>Trains on what is new, period by period, and publishes what is no worse than what serves.</summary>
/// <remarks>
/// All that a period does stands on a state that was committed, and ends with the next one: cursor, counts and weights together. Who is killed in between
/// leaves nothing but time. What is to be published is committed as such before it is, and whoever finds it there publishes it: the same weights are the same version.
/// </remarks>
internal sealed partial class ContinuousTraining(
    ContinuousOptions options, ITrainingStore store, OutcomeLabels outcomes, NewEvents events, SampleBuilder samples, IGridModels models, TimeProvider time,
    ILogger<ContinuousTraining> log) : IDisposable
{
    /// <summary>Slices that are looked at together; the newest of them are measured on.</summary>
    private const int MostSlices = 128;

    /// <summary>Outcomes of a slice at the most.</summary>
    private const int LargestSlice = 64;

    /// <summary>Requests that are trained on together, and slices: their users' histories are in memory at once.</summary>
    private const int RequestsTogether = 256;

    /// <summary>Requests that are measured on, about.</summary>
    private const int RequestsTested = 1024;

    private const int SegmentsOfPage = 256;

    private readonly ActionLabels _actions = new(events, options.ActionLabels);

    /// <summary>The weights of a committed state, kept from one period to the next; <see langword="null"/> where they have to be read.</summary>
    private OnlineTrainer? _trainer;
    private string? _trainerIs;

    /// <inheritdoc/>
    public void Dispose() => Drop();

    /// <summary>Runs one period.</summary>
    /// <returns>What it did.</returns>
    /// <exception cref="GridException">The grid or its store cannot be reached, or another process has carried training on; the next period goes on from what is committed.</exception>
    public async Task<TrainingPeriodReport> RunAsync(CancellationToken stop)
    {
        try
        {
            var (state, revision) = await store.BeginAsync();
            var line = new CommittedState(store, state, revision);
            var waits = await FinishPublicationAsync(line, stop) is { } why && line.State.Publication is not null ? why : null;
            var counted = await CountEventsAsync(line, stop);
            var period = waits is null ? await TryTrainAsync(line, stop) : Nothing(line.State, waits);
            var report = period with { Events = counted + period.Events, TotalEvents = line.State.Total.Events };
            await line.CommitAsync(line.State with { Last = report });
            await models.TellAsync(report, stop);
            options.Told?.Invoke(report);
            return report;
        }
        catch
        {
            // Perhaps further than what is committed.
            Drop();
            throw;
        }
    }

    private bool UsesOutcomes(TrainingState state) => state.LearnsFromOutcomes || options.ActionLabels.Count == 0;

    /// <summary>Counts events that nothing is learned from by themselves, and lets them be trimmed.</summary>
    private async Task<long> CountEventsAsync(CommittedState line, CancellationToken stop)
    {
        if (!UsesOutcomes(line.State))
        {
            if ((await outcomes.ReadAsync(line.State, most: 1, size: 1)).Count == 0)
            {
                return 0;
            }

            // With the first outcome, actions are labels no more.
            await line.CommitAsync(line.State with { LearnsFromOutcomes = true });
        }

        // What comes in faster than it is read has its turn again in the next period.
        var (counted, started) = (0L, time.GetTimestamp());
        while (time.GetElapsedTime(started) < options.TimeBudget && await events.ReadAsync(line.State.Segments, SegmentsOfPage, CommittedState.NoPositions) is { IsEmpty: false } page)
        {
            var read = page.Segments.Sum(segment => segment.Count);
            await line.CommitAsync(
                line.State.Count(TrainingCounts.None with { Events = read }) with { Segments = page.Next },
                page.Segments.GroupBy(segment => segment.UserId, StringComparer.Ordinal).ToDictionary(user => user.Key, user => user.Last().Position, StringComparer.Ordinal));
            counted += read;
            stop.ThrowIfCancellationRequested();
        }

        return counted;
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
            Drop();
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

        var slices = await ReadAsync(line.State, CommittedState.NoPositions);
        var found = slices.Sum(slice => slice.Requests.Count);
        if (found < options.LeastRequests || slices.Count < 2)
        {
            return Nothing(line.State, string.Create(CultureInfo.InvariantCulture, $"{found} new requests; a period takes {options.LeastRequests} or more"));
        }

        // What was fitted to other weights is in none of a version's; events count all the same, once.
        var from = await ResumeAsync(line, active, stop)
            ? line.State with { Parent = active, SinceParent = TrainingCounts.None with { Events = line.State.SinceParent.Events } }
            : line.State;
        var (fit, rest) = await FitAsync(from, slices, stop);
        var tested = await MeasureAsync(rest, active, stop);
        var passes = tested.LogLoss <= tested.ActiveLogLoss + options.Margin;
        var next = fit.State with { Checkpoint = Guid.NewGuid().ToString("N") };
        if (passes && await PublicationAsync(next, tested) is { } publication && publication.Version != active)
        {
            next = next with { Publication = publication, SinceParent = TrainingCounts.None };
        }

        await store.WriteCheckpointAsync(next.Checkpoint, _trainer!.Write);
        await line.CommitAsync(next, fit.Positions);
        _trainerIs = next.Checkpoint;
        var isNew = next.Publication is not null;
        var refused = isNew ? await FinishPublicationAsync(line, stop) : null;
        var version = isNew && refused is null ? line.State.Parent : null;
        return new TrainingPeriodReport(
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            version is not null ? "published" : refused ?? (passes ? "not published: no step was taken, the weights are the active version's" : Gate(tested)),
            version,
            fit.Counts.Events,
            fit.Counts.Requests,
            tested.Labels,
            Number(tested.LogLoss),
            Number(tested.ActiveLogLoss),
            LabelsFrom(line.State),
            Math.Round(fit.Counts.Seconds, 3),
            TotalEvents: 0);
    }

    private TrainingPeriodReport Nothing(TrainingState state, string why) => new(time.GetUtcNow().ToUnixTimeMilliseconds(), why, null, 0, 0, 0, null, null, LabelsFrom(state), 0, 0);

    private string LabelsFrom(TrainingState state) => UsesOutcomes(state) ? "outcomes" : "actions";

    private Task<List<LabelSlice>> ReadAsync(TrainingState state, IReadOnlyDictionary<string, TrainedPosition> ahead) => UsesOutcomes(state)
        ? outcomes.ReadAsync(state, MostSlices, Math.Clamp(options.LeastRequests / 4, 1, LargestSlice))
        : _actions.ReadAsync(state, MostSlices, ahead);

    /// <summary>Has the weights in memory that the state names, or, where another version serves than it comes from, those of that one.</summary>
    /// <returns>Whether it begins anew from the active version.</returns>
    private async Task<bool> ResumeAsync(CommittedState line, string active, CancellationToken stop)
    {
        var state = line.State;
        if (state.Parent == active && state.Checkpoint is { } checkpoint)
        {
            try
            {
                if (_trainer is null || _trainerIs != checkpoint)
                {
                    Drop();
                    _trainer = await BackgroundThread.RunAsync(() =>
                    {
                        using var stream = store.OpenCheckpoint(checkpoint);
                        return OnlineTrainer.Read(stream, options.Fit, time);
                    });
                    _trainerIs = checkpoint;
                }

                return false;
            }
            catch (InvalidDataException)
            {
                // What is active is whole, and the cursor stands.
            }
        }

        Drop();
        var package = await models.ReadAsync(active, stop);
        _trainer = OnlineTrainer.From(package.Config, package.Weights, options.Fit, time);
        return true;
    }

    /// <summary>Trains on slices in their order for as long as there is time, some of them in any case, and leaves the newest.</summary>
    private async Task<(Fitted Fit, List<LabelSlice> Left)> FitAsync(TrainingState from, List<LabelSlice> slices, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var fit = new Fitted(from, TrainingCounts.None, new Dictionary<string, TrainedPosition>(StringComparer.Ordinal));
        while (true)
        {
            // Full means that there is more behind: nothing has to be held back yet for there to be something to measure on.
            var isFull = slices.Count == MostSlices;
            var until = slices.Count - Math.Max(1, (int)(slices.Count * options.HeldBack));
            var at = 0;
            while (at < until && (fit.Counts.Requests == 0 || time.GetElapsedTime(started) < options.TimeBudget))
            {
                var count = Together(slices, at, until);
                fit = await FitAsync(fit, slices.GetRange(at, count), stop);
                at += count;
            }

            slices.RemoveRange(0, at);
            if (!isFull || time.GetElapsedTime(started) >= options.TimeBudget)
            {
                return (fit, slices);
            }

            slices = await ReadAsync(fit.State, fit.Positions);
        }
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

    private async Task<Fitted> FitAsync(Fitted fit, List<LabelSlice> slices, CancellationToken stop)
    {
        var built = await samples.BuildAsync(_trainer!.Config, slices.SelectMany(slice => slice.Requests));
        var began = time.GetTimestamp();
        var dropped = built.Count == 0 ? [] : await BackgroundThread.RunAsync(() => _trainer.Train(built, stop));
        foreach (var step in dropped)
        {
            LogDropped(step);
        }

        var counts = new TrainingCounts(
            slices.Sum(slice => slice.Events),
            built.Count,
            built.Sum(sample => sample.Request.Labels.ToArray().Count(label => !float.IsNaN(label))),
            built.Count == 0 ? null : built.Min(sample => sample.Request.AtMs),
            built.Count == 0 ? null : built.Max(sample => sample.Request.AtMs),
            time.GetElapsedTime(began).TotalSeconds,
            dropped.Count);
        var positions = new Dictionary<string, TrainedPosition>(fit.Positions, StringComparer.Ordinal);
        foreach (var (user, position) in slices.SelectMany(slice => slice.Positions))
        {
            positions[user] = position;
        }

        return new(slices[^1].Passed(fit.State).Count(counts), fit.Counts.Plus(counts), positions);
    }

    /// <summary>Measures the new weights and the active version's on slices that neither was trained on.</summary>
    private async Task<Tested> MeasureAsync(List<LabelSlice> slices, string active, CancellationToken stop)
    {
        var built = await samples.BuildAsync(_trainer!.Config, slices.SelectMany(slice => slice.Requests).Take(RequestsTested));
        if (built.Count == 0)
        {
            return Tested.Nothing;
        }

        var package = await models.ReadAsync(active, stop);
        return await BackgroundThread.RunAsync(() =>
        {
            using var serving = new LongerModule(package.Config, package.Weights);
            return new Tested(built, Predictions.ByTorch(_trainer.Module, built, options.Fit, stop), Predictions.ByTorch(serving, built, options.Fit, stop));
        });
    }

    private async Task<TrainingPublication> PublicationAsync(TrainingState state, Tested tested)
    {
        var report = _trainer!.TakeReport();
        var metrics = PublishedMetrics.Of(state, UsesOutcomes(state), _trainer.Config, tested, report);
        var folder = Directory.CreateTempSubdirectory("longer-grid-training-");
        try
        {
            return new(await BackgroundThread.RunAsync(() => ModelTraining.Save(folder.FullName, _trainer.Config, _trainer.Module.ToWeights(), metrics)), metrics.ToText(), state.SinceParent);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Does what the state says is to be published.</summary>
    /// <returns>Why it does not serve, for good or, where it is still to be published, for now; <see langword="null"/> where it does, or there was nothing to do.</returns>
    private async Task<string?> FinishPublicationAsync(CommittedState line, CancellationToken stop)
    {
        if (line.State.Publication is not { } publication)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("longer-grid-training-");
        try
        {
            await BackgroundThread.RunAsync(() => WriteModel(line.State, folder.FullName, publication));
            await models.PublishAsync(folder.FullName, stop);
        }
        catch (Exception e) when (e is ModelRejectedException or InvalidDataException)
        {
            // What it counts is counted by the next one.
            await line.CommitAsync(line.State with { Publication = null, SinceParent = publication.Counts.Plus(line.State.SinceParent) });
            return $"refused: {e.Message}";
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return await ActivateAsync(line, publication.Version, stop);
    }

    /// <summary>Has a listed version serve, which counts what it counts whatever becomes of it, in the place of the one that it comes from.</summary>
    private async Task<string?> ActivateAsync(CommittedState line, string version, CancellationToken stop)
    {
        try
        {
            await models.ActivateAsync(version, line.State.Parent!, stop);
            await line.CommitAsync(line.State with { Publication = null, Parent = version });
            return null;
        }
        catch (ModelRejectedException e)
        {
            await line.CommitAsync(line.State with { Publication = null });
            return $"listed, and not made active: {e.Message}";
        }
        catch (CanaryRunningException e)
        {
            return $"waiting: {e.Message}";
        }
    }

    private bool WriteModel(TrainingState state, string folder, TrainingPublication publication)
    {
        using var read = _trainerIs == state.Checkpoint ? null : ReadCheckpoint(state.Checkpoint!);
        var trainer = read ?? _trainer!;
        var version = ModelPackage.Save(folder, trainer.Config, trainer.Module.ToWeights());
        File.WriteAllText(Path.Combine(folder, ModelPackage.MetricsFileName), publication.MetricsJson);
        return version == publication.Version ? true : throw new InvalidDataException($"The checkpoint makes version {version}; the state says {publication.Version}.");
    }

    private OnlineTrainer ReadCheckpoint(string checkpoint)
    {
        using var stream = store.OpenCheckpoint(checkpoint);
        return OnlineTrainer.Read(stream, options.Fit, time);
    }

    private string Gate(Tested tested) => tested.Labels == 0
        ? "not published: there was nothing to measure on"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"not published: on {tested.Labels} labels its log loss is {tested.LogLoss:F5}, the active version's {tested.ActiveLogLoss:F5}; it may be {options.Margin:0.#####} above it");

    private void Drop()
    {
        _trainer?.Dispose();
        (_trainer, _trainerIs) = (null, null);
    }

    private static double? Number(double value) => double.IsFinite(value) ? value : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dropped {Step}")]
    private partial void LogDropped(DroppedStep step);

    private sealed record Fitted(TrainingState State, TrainingCounts Counts, IReadOnlyDictionary<string, TrainedPosition> Positions);
}
