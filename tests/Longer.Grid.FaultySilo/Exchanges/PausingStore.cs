using System.Collections.Concurrent;
using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>
/// Pauses between the commit and the answer of the first write of a user whose id begins with "paused": says so on standard output, and goes on
/// when a line comes on standard input.
/// </summary>
internal sealed class PausingStore(IBehaviorStore store) : PassingStore(store)
{
    private readonly ConcurrentDictionary<string, bool> _paused = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override async Task<bool> WriteAsync(string userId, long epoch, long expectedOrdinal, long nextOrdinal, bool replaces, IReadOnlyList<StoredSegment> segments, long firstSegment = 0)
    {
        var written = await Inner.WriteAsync(userId, epoch, expectedOrdinal, nextOrdinal, replaces, segments, firstSegment);
        if (written && userId.StartsWith("paused", StringComparison.Ordinal) && _paused.TryAdd(userId, true))
        {
            Console.WriteLine($"Committed and not answered: {userId}");
            await Task.Run(Console.In.ReadLine);
        }

        return written;
    }
}
