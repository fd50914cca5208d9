using Longer.Grid.Gateway;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>Gives whole histories to the users' grains, and outcomes to their writers: what live traffic does, without HTTP between.</summary>
internal sealed class Importer(IGrainFactory grains)
{
    private const int HistoryPage = 1_000;

    // Users at a time: they share the store's commits, so that one commit serves all of them.
    private const int Together = 64;

    // Batches of outcomes at a time: one is written while the next are packed.
    private const int BatchesTogether = 4;

    /// <summary>Appends every user's events.</summary>
    /// <returns>How many were accepted; the rest were there already.</returns>
    public async Task<long> ImportAsync(IReadOnlyCollection<UserEvents> users, IProgressBar bar, CancellationToken stop)
    {
        var (total, done, accepted) = (users.Sum(u => (long)u.Events.Count), 0L, 0L);
        await Parallel.ForEachAsync(users, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = stop }, async (user, token) =>
        {
            var grain = grains.GetGrain<IUserGrain>(user.UserId);
            var left = await WithoutKnownAsync(grain, user.Events, token);
            Interlocked.Add(ref done, user.Events.Count - left.Count);
            foreach (var batch in left.Chunk(GatewayLimits.Events))
            {
                // Not the caller's token: a batch under way is let end, so that what was counted is what there is.
                var result = await grain.AppendAsync([.. batch.Select(ToEvent)], CancellationToken.None);
                Interlocked.Add(ref accepted, result.Accepted);
                bar.Report(Interlocked.Add(ref done, batch.Length) / (double)total, $"{Figures.Whole(done)} of {Figures.Whole(total)} events");
                token.ThrowIfCancellationRequested();
            }
        });
        return accepted;
    }

    /// <summary>Keeps outcomes; those that are there already are left as they are.</summary>
    /// <returns>How many were accepted.</returns>
    public async Task<long> ImportAsync(IReadOnlyCollection<Outcome> outcomes, IProgressBar bar, CancellationToken stop)
    {
        var (done, accepted) = (0L, 0L);
        await Parallel.ForEachAsync(
            outcomes.Chunk(GatewayLimits.Outcomes).Index(), new ParallelOptions { MaxDegreeOfParallelism = BatchesTogether, CancellationToken = stop }, async (batch, _) =>
            {
                var writer = grains.GetGrain<IOutcomeGrain>(batch.Index % IOutcomeGrain.Writers);
                var result = await writer.AddAsync([.. batch.Item], CancellationToken.None);
                Interlocked.Add(ref accepted, result.Accepted);
                bar.Report(Interlocked.Add(ref done, batch.Item.Length) / (double)outcomes.Count, $"{Figures.Whole(done)} of {Figures.Whole(outcomes.Count)} outcomes");
            });
        return accepted;
    }

    /// <summary>An event as the grid takes it.</summary>
    public static BehaviorEvent ToEvent(BehaviorRecord record) =>
        new(record.ItemId, record.Action, record.AtMs, [.. record.Sides.Select(side => new Feature(side.Key, side.Value))]);

    // An append knows a repeat among the newest events only. A history that may reach beyond them is read back instead, so
    // that an import can be run again whatever its size.
    private static async Task<IReadOnlyList<BehaviorRecord>> WithoutKnownAsync(IUserGrain grain, IReadOnlyList<BehaviorRecord> events, CancellationToken stop)
    {
        var status = await grain.GetStatusAsync(stop);
        if (status.UserEvents == 0 || (status.FirstOrdinal == 0 && status.UserEvents + events.Count <= EventIntake.DuplicateWindow))
        {
            return events;
        }

        if (status is { FirstOrdinal: > 0, FirstAtMs: { } firstMs })
        {
            // What is not newer than the oldest that is kept was there and was trimmed, or would be: appended now, it would drive out what is newer.
            events = [.. events.Where(e => e.AtMs > firstMs)];
        }

        var known = new HashSet<EventIdentity>();
        for (long? before = null; ;)
        {
            var page = await grain.GetHistoryAsync(HistoryPage, before, stop);
            known.UnionWith(page.Events.Select(kept => new EventIdentity(EntityKey.Of(kept.Event.ItemId), kept.Event.Action, kept.Event.AtMs)));
            if (page.Next is not { } next)
            {
                return [.. events.Where(e => !known.Contains(e.Identity))];
            }

            before = next;
        }
    }
}
