using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>A store that does what another does; what is exchanged is overridden.</summary>
internal class PassingStore(IBehaviorStore store) : IBehaviorStore, IDisposable
{
    /// <summary>The one behind it.</summary>
    protected IBehaviorStore Inner => store;

    /// <inheritdoc/>
    public virtual Task<UserHead> OpenAsync(string userId) => store.OpenAsync(userId);

    /// <inheritdoc/>
    public virtual Task<UserHead?> ReadHeadAsync(string userId) => store.ReadHeadAsync(userId);

    /// <inheritdoc/>
    public virtual Task<IReadOnlyList<StoredSegment>> ReadSegmentsAsync(string userId, long first, long last) => store.ReadSegmentsAsync(userId, first, last);

    /// <inheritdoc/>
    public virtual Task<StoredSegment?> ReadOldestSegmentAsync(string userId) => store.ReadOldestSegmentAsync(userId);

    /// <inheritdoc/>
    public virtual Task<bool> WriteAsync(string userId, long epoch, long expectedOrdinal, long nextOrdinal, bool replaces, IReadOnlyList<StoredSegment> segments, long firstSegment = 0) =>
        store.WriteAsync(userId, epoch, expectedOrdinal, nextOrdinal, replaces, segments, firstSegment);

    /// <inheritdoc/>
    public virtual Task<bool> SetProfileAsync(string userId, long epoch, long expectedOrdinal, byte[] profile) => store.SetProfileAsync(userId, epoch, expectedOrdinal, profile);

    /// <inheritdoc/>
    public virtual Task<bool> ForgetAsync(string userId, long epoch, long expectedOrdinal, bool onlyIfEmpty) => store.ForgetAsync(userId, epoch, expectedOrdinal, onlyIfEmpty);

    /// <inheritdoc/>
    public void Dispose() => (store as IDisposable)?.Dispose();
}
