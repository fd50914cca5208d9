namespace Longer.Grid.Grains.Tests;

/// <summary>The real store, whose writes can be held up, made to fail before they are done, or made to fail after.</summary>
public sealed class FaultyStore(BehaviorStore store) : IBehaviorStore, IDisposable
{
    private int _opens;

    /// <summary>While set, writes wait for it before they are done.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>Completes when a write has come to <see cref="Hold"/>.</summary>
    public TaskCompletionSource Held { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool FailBefore { get; set; }

    public bool FailAfter { get; set; }

    public bool FailReads { get; set; }

    /// <summary>Users are opened, and then their events cannot be read.</summary>
    public bool FailSegments { get; set; }

    /// <summary>How often a user was taken over.</summary>
    public int Opens => _opens;

    /// <summary>While set, heads are neither read nor opened before it is completed.</summary>
    public TaskCompletionSource? HoldOpens { get; set; }

    /// <summary>Completes when one has come to <see cref="HoldOpens"/>.</summary>
    public TaskCompletionSource HeldOpen { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>While set, the oldest segment is answered, as it was read, once it is completed.</summary>
    public TaskCompletionSource? HoldOldest { get; set; }

    /// <summary>Completes when a reading has come to <see cref="HoldOldest"/>.</summary>
    public TaskCompletionSource HeldOldest { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<UserHead> OpenAsync(string userId)
    {
        Interlocked.Increment(ref _opens);
        return BeforeAsync(() => store.OpenAsync(userId));
    }

    public Task<UserHead?> ReadHeadAsync(string userId) => BeforeAsync(() => store.ReadHeadAsync(userId));

    public Task<IReadOnlyList<StoredSegment>> ReadSegmentsAsync(string userId, long first, long last) =>
        FailSegments ? throw new StoreUnavailableException("made to fail after the user was opened") : store.ReadSegmentsAsync(userId, first, last);

    public async Task<StoredSegment?> ReadOldestSegmentAsync(string userId)
    {
        var oldest = await store.ReadOldestSegmentAsync(userId);
        if (HoldOldest is { } hold)
        {
            HeldOldest.TrySetResult();
            await hold.Task;
        }

        return oldest;
    }

    public Task<bool> WriteAsync(string userId, long epoch, long expectedOrdinal, long nextOrdinal, bool replaces, IReadOnlyList<StoredSegment> segments, long firstSegment = 0) =>
        Fault(() => store.WriteAsync(userId, epoch, expectedOrdinal, nextOrdinal, replaces, segments, firstSegment));

    public Task<bool> SetProfileAsync(string userId, long epoch, long expectedOrdinal, byte[] profile) =>
        Fault(() => store.SetProfileAsync(userId, epoch, expectedOrdinal, profile));

    public Task<bool> ForgetAsync(string userId, long epoch, long expectedOrdinal, bool onlyIfEmpty) =>
        Fault(() => store.ForgetAsync(userId, epoch, expectedOrdinal, onlyIfEmpty));

    public void Dispose() => store.Dispose();

    private async Task<T> BeforeAsync<T>(Func<Task<T>> read)
    {
        if (HoldOpens is { } hold)
        {
            HeldOpen.TrySetResult();
            await hold.Task;
        }

        return FailReads ? throw new StoreUnavailableException("made to fail") : await read();
    }

    private async Task<bool> Fault(Func<Task<bool>> write)
    {
        if (Hold is { } hold)
        {
            Held.TrySetResult();
            await hold.Task;
        }

        if (FailBefore)
        {
            throw new StoreUnavailableException("made to fail before the commit");
        }

        var written = await write();
        return FailAfter ? throw new StoreUnavailableException("made to fail after the commit") : written;
    }
}
