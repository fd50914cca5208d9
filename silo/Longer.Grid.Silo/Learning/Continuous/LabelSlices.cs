using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary>What there is to learn from: the outcomes that are reported, or, as long as none ever was, actions.</summary>
internal sealed class LabelSlices(ContinuousOptions options, OutcomeLabels outcomes, NewEvents events, TimeProvider time)
{
    /// <summary>Slices that are read at once.</summary>
    public const int Most = 128;

    /// <summary>Outcomes of a slice at the most.</summary>
    private const int LargestSlice = 64;

    private const int SegmentsOfPage = 256;

    private readonly ActionLabels _actions = new(events, options.ActionLabels);

    /// <summary>Whether labels come from outcomes rather than from actions.</summary>
    public bool AreOutcomes(TrainingState state) => state.LearnsFromOutcomes || options.ActionLabels.Count == 0;

    /// <summary>The slices after a state's cursor, at most <see cref="Most"/>: as many mean that there are more.</summary>
    /// <param name="state">Whose cursor.</param>
    /// <param name="ahead">How far users have been read up to that cursor beyond what is committed.</param>
    public Task<List<LabelSlice>> ReadAsync(TrainingState state, IReadOnlyDictionary<string, TrainedPosition> ahead) => AreOutcomes(state)
        ? outcomes.ReadAsync(state, Most, Math.Clamp(options.LeastRequests / 4, 1, LargestSlice))
        : _actions.ReadAsync(state, Most, ahead);

    /// <summary>Counts events that nothing is learned from by themselves, and lets them be trimmed.</summary>
    /// <returns>How many; what comes in faster than it is read is counted in the next period.</returns>
    public async Task<long> CountEventsAsync(CommittedState line, CancellationToken stop)
    {
        if (!AreOutcomes(line.State))
        {
            if ((await outcomes.ReadAsync(line.State, most: 1, size: 1)).Count == 0)
            {
                return 0;
            }

            // With the first outcome, actions are labels no more.
            await line.CommitAsync(line.State with { LearnsFromOutcomes = true });
        }

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
}
