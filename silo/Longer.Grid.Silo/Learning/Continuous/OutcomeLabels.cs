using Longer.Grid.Grains;
using Longer.Grid.Training;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Silo;

/// <summary>Labelled requests from the outcomes that callers report.</summary>
internal sealed partial class OutcomeLabels(IChangeFeed changes, ILogger<OutcomeLabels> log)
{
    private const int PageOutcomes = 256;

    private static readonly Dictionary<string, TrainedPosition> NoPositions = [];

    /// <summary>The slices after a state's cursor, fewer than were asked for when there are no more yet.</summary>
    /// <param name="state">Whose cursor.</param>
    /// <param name="most">Slices at the most.</param>
    /// <param name="size">Outcomes of a slice; the last one of a page may have fewer.</param>
    public async Task<List<LabelSlice>> ReadAsync(TrainingState state, int most, int size)
    {
        var slices = new List<LabelSlice>();
        for (var cursor = state.Outcomes; slices.Count < most;)
        {
            var page = await changes.ReadOutcomesAsync(cursor, Math.Min(PageOutcomes / size, most - slices.Count) * size);
            if (page.Changes.Count == 0)
            {
                break;
            }

            cursor = page.Next;
            slices.AddRange(page.Changes.Chunk(size).Select(some => new LabelSlice(
                [.. some.Select(Found).OfType<FoundRequest>()],
                passed => passed with { Outcomes = new(some[^1].Change, some[^1].Outcome.UserId, some[^1].Outcome.Id), LearnsFromOutcomes = true },
                NoPositions,
                Events: 0)));
        }

        return slices;
    }

    private FoundRequest? Found(ChangedOutcome changed)
    {
        var outcome = changed.Outcome;
        try
        {
            var items = OutcomeCodec.ReadItems(outcome.Items);
            return new(
                outcome.UserId,
                outcome.RequestId ?? $"{outcome.UserId}@{outcome.AtMs}",
                outcome.AtMs,
                changed.NextOrdinal,
                [.. items.Select(item => new RequestCandidate(item.ItemId, Sides(item)))],
                [.. items.Select(item => item.Labels)]);
        }
        catch (Exception e) when (e is InvalidDataException or ZstdSharp.ZstdException)
        {
            LogDamaged(outcome.UserId, outcome.Id, e.Message);
            return null;
        }
    }

    private static KeyValuePair<string, string>[] Sides(OutcomeItem item) =>
        item.Features.IsDefaultOrEmpty ? [] : [.. item.Features.Select(feature => KeyValuePair.Create(feature.Name, feature.Id))];

    [LoggerMessage(Level = LogLevel.Error, Message = "An outcome of user {UserId} (id {Id}) cannot be read, and nothing is learned from it: {Problem}")]
    private partial void LogDamaged(string userId, long id, string problem);
}
