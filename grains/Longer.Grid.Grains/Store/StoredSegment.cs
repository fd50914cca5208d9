namespace Longer.Grid.Grains;

/// <summary>Up to 256 consecutive events of a user, as the store holds them.</summary>
/// <param name="Number">Its place in the user's life: its first ordinal / 256.</param>
/// <param name="FirstOrdinal">Ordinal of its first event.</param>
/// <param name="Count">Events in it; only the newest segment has fewer than 256.</param>
/// <param name="Events">As <see cref="SegmentCodec"/> wrote them.</param>
public sealed record StoredSegment(long Number, long FirstOrdinal, int Count, byte[] Events)
{
    /// <summary>Events in a full segment.</summary>
    public const int Capacity = 256;
}
