using System.Collections.Immutable;
using Longer.Grid.Grains;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>Labelled requests from what users did, where nobody reports outcomes: rules say which actions are a yes and which a no.</summary>
internal sealed class ActionLabels(NewEvents events, IReadOnlyList<TaskRule> rules)
{
    private const int PageSegments = 64;

    /// <summary>Labels by the action that says them.</summary>
    private readonly Dictionary<string, ImmutableArray<OutcomeLabel>> _said = rules
        .SelectMany(rule => rule.Positive.Concat(rule.Negative).Select(action => (Action: action, Label: new OutcomeLabel(rule.Task, rule.Positive.Contains(action)))))
        .GroupBy(said => said.Action, said => said.Label, StringComparer.Ordinal)
        .ToDictionary(said => said.Key, said => said.ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>
    /// The slices after a state's cursor, fewer than were asked for when there are no more yet. Each ends with a segment that has labels; those without before it
    /// belong to it, so that what nothing can be learned from keeps nobody up.
    /// </summary>
    /// <param name="state">Whose cursor.</param>
    /// <param name="most">Slices at the most.</param>
    /// <param name="ahead">How far users have been read up to that cursor beyond what is committed.</param>
    public async Task<List<LabelSlice>> ReadAsync(TrainingState state, int most, IReadOnlyDictionary<string, TrainedPosition> ahead)
    {
        var slices = new List<LabelSlice>();
        var read = new Dictionary<string, TrainedPosition>(ahead, StringComparer.Ordinal);
        var (positions, counted) = (new Dictionary<string, TrainedPosition>(StringComparer.Ordinal), 0L);
        for (var cursor = state.Segments; slices.Count < most;)
        {
            var page = await events.ReadAsync(cursor, Math.Min(PageSegments, most - slices.Count), read);
            if (page.IsEmpty)
            {
                break;
            }

            cursor = page.Next;
            foreach (var segment in page.Segments)
            {
                read[segment.UserId] = positions[segment.UserId] = segment.Position;
                counted += segment.Count;
                if (RequestsOf(segment).ToList() is { Count: > 0 } requests)
                {
                    slices.Add(new(requests, passed => passed with { Segments = segment.Cursor }, positions, counted));
                    (positions, counted) = (new Dictionary<string, TrainedPosition>(StringComparer.Ordinal), 0L);
                }
            }
        }

        return slices;
    }

    /// <summary>What a user did at one instant is one request.</summary>
    private IEnumerable<FoundRequest> RequestsOf(NewSegment segment) => segment.Events()
        .Where(e => _said.ContainsKey(e.Event.Action))
        .GroupBy(e => e.Event.AtMs)
        .Select(instant => new FoundRequest(
            segment.UserId,
            $"{segment.UserId}@{instant.Key}",
            instant.Key,
            instant.Min(e => e.Ordinal),
            [.. instant.Select(e => new RequestCandidate(e.Event.ItemId, [.. e.Event.Features.Select(feature => KeyValuePair.Create(feature.Name, feature.Id))]))],
            [.. instant.Select(e => _said[e.Event.Action])]));
}
