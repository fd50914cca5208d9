using System.Collections.Concurrent;
using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>Says that a write is done as soon as it is asked for, and does it a while later, as a log does that is flushed now and then.</summary>
internal sealed class EarlyStore : PassingStore
{
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(500);

    private readonly BlockingCollection<(DateTimeOffset Due, Func<Task<bool>> Write)> _writes = [];

    public EarlyStore(IBehaviorStore store)
        : base(store) => new Thread(Work) { IsBackground = true, Name = "late writer" }.Start();

    /// <inheritdoc/>
    public override Task<bool> WriteAsync(string userId, long epoch, long expectedOrdinal, long nextOrdinal, bool replaces, IReadOnlyList<StoredSegment> segments, long firstSegment = 0)
    {
        _writes.Add((TimeProvider.System.GetUtcNow() + Late, () => Inner.WriteAsync(userId, epoch, expectedOrdinal, nextOrdinal, replaces, segments, firstSegment)));
        return Task.FromResult(true);
    }

    private void Work()
    {
        foreach (var (due, write) in _writes.GetConsumingEnumerable())
        {
            if (due - TimeProvider.System.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                Thread.Sleep(left);
            }

            // The store takes them in the order in which they are given to it.
            _ = write();
        }
    }
}
