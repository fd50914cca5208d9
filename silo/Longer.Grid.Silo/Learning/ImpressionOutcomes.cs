using System.Collections.Immutable;
using Longer.Grid.Grains;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>Impressions as the grid takes them: what a file says of a request is an outcome.</summary>
internal static class ImpressionOutcomes
{
    /// <summary>An outcome; <see langword="null"/> where nothing is known of any candidate.</summary>
    /// <param name="shown">A request with its labels.</param>
    /// <param name="tasks">The columns of the labels.</param>
    public static Outcome? Of(LabelledRequest shown, IReadOnlyList<string> tasks)
    {
        var items = shown.Candidates
            .Select((candidate, c) => new OutcomeItem(
                candidate.ItemId,
                [.. candidate.Sides.Select(side => new Feature(side.Key, side.Value))],
                Labels(shown.Labels.AsSpan(c * tasks.Count, tasks.Count), tasks)))
            .Where(item => !item.Labels.IsEmpty)
            .ToImmutableArray();
        return items.IsEmpty ? null : new(shown.UserId, shown.AtMs, shown.Id, items);
    }

    private static ImmutableArray<OutcomeLabel> Labels(ReadOnlySpan<float> labels, IReadOnlyList<string> tasks)
    {
        var known = ImmutableArray.CreateBuilder<OutcomeLabel>(tasks.Count);
        for (var task = 0; task < tasks.Count; task++)
        {
            if (!float.IsNaN(labels[task]))
            {
                known.Add(new(tasks[task], labels[task] > 0));
            }
        }

        return known.DrainToImmutable();
    }
}
