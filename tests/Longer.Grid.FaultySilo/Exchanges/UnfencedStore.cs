using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>Writes whatever a user's head says: it gives the head's own epoch and ordinal for the writer's.</summary>
internal sealed class UnfencedStore(IBehaviorStore store) : PassingStore(store)
{
    /// <inheritdoc/>
    public override async Task<bool> WriteAsync(string userId, long epoch, long expectedOrdinal, long nextOrdinal, bool replaces, IReadOnlyList<StoredSegment> segments, long firstSegment = 0)
    {
        var head = await HeadAsync(userId);
        return await Inner.WriteAsync(userId, head.Epoch, head.NextOrdinal, nextOrdinal, replaces, segments, firstSegment);
    }

    /// <inheritdoc/>
    public override async Task<bool> SetProfileAsync(string userId, long epoch, long expectedOrdinal, byte[] profile)
    {
        var head = await HeadAsync(userId);
        return await Inner.SetProfileAsync(userId, head.Epoch, head.NextOrdinal, profile);
    }

    /// <inheritdoc/>
    public override async Task<bool> ForgetAsync(string userId, long epoch, long expectedOrdinal, bool onlyIfEmpty)
    {
        var head = await HeadAsync(userId);
        return await Inner.ForgetAsync(userId, head.Epoch, head.NextOrdinal, onlyIfEmpty);
    }

    private async Task<UserHead> HeadAsync(string userId) => await Inner.ReadHeadAsync(userId) ?? await Inner.OpenAsync(userId);
}
