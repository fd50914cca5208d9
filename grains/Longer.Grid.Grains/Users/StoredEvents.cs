using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>Reads what the store holds of a user, naming what cannot be read.</summary>
internal static class StoredEvents
{
    /// <exception cref="UserUnreadableException">The segment is damaged.</exception>
    public static ImmutableArray<BehaviorEvent> Read(string userId, StoredSegment segment) => Unpack(userId, segment).ToEvents();

    /// <summary>The same by column.</summary>
    /// <exception cref="UserUnreadableException">The segment is damaged.</exception>
    public static SegmentColumns Unpack(string userId, StoredSegment segment)
    {
        try
        {
            var columns = SegmentCodec.Unpack(segment.Events);
            return columns.Count == segment.Count ? columns : throw new InvalidDataException($"it holds {columns.Count} events; its row says {segment.Count}");
        }
        catch (Exception e) when (e is InvalidDataException or ZstdSharp.ZstdException)
        {
            throw Unreadable(userId, segment.Number, e.Message, e);
        }
    }

    /// <exception cref="UserUnreadableException">The profile is damaged.</exception>
    public static ImmutableArray<Feature> ReadProfile(string userId, byte[] profile)
    {
        try
        {
            return SegmentCodec.ReadProfile(profile);
        }
        catch (Exception e) when (e is InvalidDataException or ZstdSharp.ZstdException)
        {
            throw new UserUnreadableException($"The profile of user {userId} cannot be read: {e.Message}.", Cause(e));
        }
    }

    public static UserUnreadableException Unreadable(string userId, long segment, string problem, Exception? inner = null) =>
        new($"Segment {segment} of user {userId} cannot be read: {problem}.", inner is null ? null : Cause(inner));

    /// <summary>A cause that every process of a grid can read: a gateway that is no silo has no decompressor.</summary>
    private static Exception Cause(Exception e) => e is ZstdSharp.ZstdException ? new InvalidDataException(e.Message) : e;
}
