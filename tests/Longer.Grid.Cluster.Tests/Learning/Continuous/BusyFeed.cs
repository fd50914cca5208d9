using Longer.Grid.Grains;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A feed of a store that others write to while it is read.</summary>
internal sealed class BusyFeed(IChangeFeed inner, Func<Task> others) : IChangeFeed
{
    public async Task<ChangePage<ChangedSegment>> ReadSegmentsAsync(ChangeCursor after, int limit)
    {
        await others();
        return await inner.ReadSegmentsAsync(after, limit);
    }

    public async Task<ChangePage<ChangedOutcome>> ReadOutcomesAsync(ChangeCursor after, int limit)
    {
        await others();
        return await inner.ReadOutcomesAsync(after, limit);
    }
}
