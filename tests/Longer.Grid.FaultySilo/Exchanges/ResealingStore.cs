using System.Buffers.Binary;
using System.IO.Hashing;
using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>Gives every segment the checksum of whatever it holds, so that none is ever found wrong.</summary>
internal sealed class ResealingStore(IBehaviorStore store) : PassingStore(store)
{
    private const int Header = 1 + sizeof(ulong);

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<StoredSegment>> ReadSegmentsAsync(string userId, long first, long last) =>
        [.. (await Inner.ReadSegmentsAsync(userId, first, last)).Select(Resealed)];

    private static StoredSegment Resealed(StoredSegment segment)
    {
        var bytes = segment.Events.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), XxHash64.HashToUInt64(bytes.AsSpan(Header)));
        return segment with { Events = bytes };
    }
}
