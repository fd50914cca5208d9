using Longer.Grid.Grains;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Silo;

/// <summary>Reads from the change feed what events are new: a segment that was rewritten brings those again that were read already.</summary>
internal sealed partial class NewEvents(IChangeFeed changes, ITrainingStore store, ILogger<NewEvents> log)
{
    /// <summary>The changes after a cursor.</summary>
    /// <param name="cursor">Of the segments.</param>
    /// <param name="limit">Segments at the most.</param>
    /// <param name="ahead">How far users have been read since the state that is committed.</param>
    public async Task<NewEventsPage> ReadAsync(ChangeCursor cursor, int limit, IReadOnlyDictionary<string, TrainedPosition> ahead)
    {
        var page = await changes.ReadSegmentsAsync(cursor, limit);
        var positions = new Dictionary<string, TrainedPosition>(await store.PositionsAsync([.. page.Changes.Select(change => change.UserId).Distinct(StringComparer.Ordinal)]), StringComparer.Ordinal);
        foreach (var (user, position) in ahead)
        {
            positions[user] = position;
        }

        var segments = new List<NewSegment>();
        foreach (var change in page.Changes)
        {
            var from = positions.TryGetValue(change.UserId, out var known) && known.Born == change.Born ? known.NextOrdinal : 0;
            var next = change.Segment.FirstOrdinal + change.Segment.Count;
            if (next > from)
            {
                var segment = new NewSegment(change, Math.Max(from, change.Segment.FirstOrdinal), LogDamaged);
                segments.Add(segment);
                positions[change.UserId] = segment.Position;
            }
        }

        return new(page.Changes.Count == 0, page.Next, segments);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Nothing is learned from a segment that cannot be read: {Problem}")]
    private partial void LogDamaged(string problem);
}

/// <summary>What is new in a page of changes.</summary>
/// <param name="IsEmpty">Whether there is no change after the cursor.</param>
/// <param name="Next">Where the next page begins.</param>
/// <param name="Segments">Those with new events.</param>
internal sealed record NewEventsPage(bool IsEmpty, ChangeCursor Next, IReadOnlyList<NewSegment> Segments);

/// <summary>A segment with new events.</summary>
/// <param name="Change">The segment as it is now.</param>
/// <param name="From">The first ordinal of it that is new.</param>
/// <param name="Damaged">Hears that it cannot be read.</param>
internal sealed record NewSegment(ChangedSegment Change, long From, Action<string> Damaged)
{
    /// <summary>Whose.</summary>
    public string UserId => Change.UserId;

    /// <summary>New events.</summary>
    public long Count => Position.NextOrdinal - From;

    /// <summary>How far the user has been read with it.</summary>
    public TrainedPosition Position => new(Change.Born, Change.Segment.FirstOrdinal + Change.Segment.Count);

    /// <summary>Where a reading goes on behind it.</summary>
    public ChangeCursor Cursor => new(Change.Change, UserId, Change.Segment.Number);

    /// <summary>The new ones, with their ordinals; none where the segment is damaged.</summary>
    public IEnumerable<(long Ordinal, BehaviorEvent Event)> Events()
    {
        var segment = Change.Segment;
        try
        {
            return SegmentCodec.Read(segment.Events).Select((e, i) => (Ordinal: segment.FirstOrdinal + i, e)).Where(e => e.Ordinal >= From);
        }
        catch (Exception e) when (e is InvalidDataException or ZstdSharp.ZstdException)
        {
            Damaged($"segment {segment.Number} of user {UserId}: {e.Message}");
            return [];
        }
    }
}
