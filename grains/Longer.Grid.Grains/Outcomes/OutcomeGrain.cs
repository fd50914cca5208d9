using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="IOutcomeGrain"/>
[Reentrant]
[ServingPlacement]
internal sealed partial class OutcomeGrain(IOutcomeStore store, ServedScores served, ILogger<OutcomeGrain> log) : Grain, IOutcomeGrain
{
    /// <inheritdoc/>
    public async Task<OutcomesResult> AddAsync(ImmutableArray<Outcome> outcomes, CancellationToken cancellationToken)
    {
        // A thousand are packed for longer than a turn of the silo's scheduler may take.
        var rows = await Task.Run(() => Rows(outcomes), cancellationToken);
        var accepted = await store.AddAsync(rows);
        if (accepted > 0 && served.IsWatching)
        {
            HandOn(outcomes);
        }

        return new(accepted, rows.Length - accepted);
    }

    /// <summary>Tells the users' silos, which may remember the scores that they came of. Nobody waits for it.</summary>
    private void HandOn(ImmutableArray<Outcome> outcomes)
    {
        try
        {
            foreach (var user in outcomes.GroupBy(outcome => outcome.UserId, StringComparer.Ordinal))
            {
                GrainFactory.GetGrain<IUserOutcomes>(user.Key).LearnAsync([.. user]).Ignore();
            }
        }
#pragma warning disable CA1031 // They are kept, and their sender is to hear nothing else.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotHandedOn(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Outcomes could not be compared with the scores that they came of")]
    private partial void LogNotHandedOn(Exception e);

    /// <exception cref="ArgumentException">A feature or a task stands twice at an item, or a task has no name that could be kept.</exception>
    private static StoredOutcome[] Rows(ImmutableArray<Outcome> outcomes)
    {
        foreach (var item in outcomes.SelectMany(outcome => outcome.Items))
        {
            ModelEvents.RefuseRepeatedNames(item.Features);
            if (item.Labels.IsDefaultOrEmpty || item.Labels.Any(label => label.Task.Length == 0 || label.Task.Any(char.IsControl)))
            {
                throw new ArgumentException($"Item {item.ItemId} has no label, or one whose task has no name; accepted is at least one, by a name without control characters.", nameof(outcomes));
            }

            if (item.Labels.DistinctBy(label => label.Task, StringComparer.Ordinal).Count() != item.Labels.Length)
            {
                throw new ArgumentException($"A task stands twice among the labels of item {item.ItemId}; accepted is each task once.", nameof(outcomes));
            }
        }

        return [.. outcomes.Select(OutcomeCodec.Write)];
    }
}
