using System.Collections.Concurrent;
using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>Says that a write is done as soon as it is asked for, and does it a while later, as a log does that is flushed now and then.</summary>
internal sealed class EarlyStore : PassingStore
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    private readonly BlockingCollection<(DateTimeOffset Due, Func<Task<bool>> Write, TaskCompletionSource Done)> _writes = [];
    private Task _last = Task.CompletedTask;

    public EarlyStore(IBehaviorStore store)
        : base(store) => new Thread(Work) { IsBackground = true, Name = "late writer" }.Start();

    /// <inheritdoc/>
    public override Task<bool> WriteAsync(string userId, long epoch, long expectedOrdinal, long nextOrdinal, bool replaces, IReadOnlyList<StoredSegment> segments, long firstSegment = 0)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _writes.Add((TimeProvider.System.GetUtcNow() + Late, () => Inner.WriteAsync(userId, epoch, expectedOrdinal, nextOrdinal, replaces, segments, firstSegment), done));
        _last = done.Task;
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    /// <remarks>Readings see what was said to be written, as long as the process lives.</remarks>
    public override async Task<UserHead> OpenAsync(string userId)
    {
        await _last;
        return await Inner.OpenAsync(userId);
    }

    /// <inheritdoc/>
    public override async Task<UserHead?> ReadHeadAsync(string userId)
    {
        await _last;
        return await Inner.ReadHeadAsync(userId);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<StoredSegment>> ReadSegmentsAsync(string userId, long first, long last)
    {
        await _last;
        return await Inner.ReadSegmentsAsync(userId, first, last);
    }

    private void Work()
    {
        foreach (var (due, write, done) in _writes.GetConsumingEnumerable())
        {
            if (due - TimeProvider.System.GetUtcNow() is var left && left > TimeSpan.Zero)
            {
                Thread.Sleep(left);
            }

            // The store takes them in the order in which they are given to it; nobody waits for what it says.
            _ = EndAsync(write(), done);
        }
    }

    private static async Task EndAsync(Task write, TaskCompletionSource done)
    {
        await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        done.SetResult();
    }
}
