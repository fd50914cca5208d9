using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="IOutcomeGrain"/>
[Reentrant]
[ServingPlacement]
internal sealed class OutcomeGrain(IOutcomeStore store) : Grain, IOutcomeGrain
{
    /// <inheritdoc/>
    public async Task<OutcomesResult> AddAsync(ImmutableArray<Outcome> outcomes, CancellationToken cancellationToken)
    {
        // A thousand are packed for longer than a turn of the silo's scheduler may take.
        var rows = await Task.Run(() => Rows(outcomes), cancellationToken);
        var accepted = await store.AddAsync(rows);
        return new(accepted, rows.Length - accepted);
    }

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
