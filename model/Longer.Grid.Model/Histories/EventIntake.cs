namespace Longer.Grid.Model;

/// <summary>
/// How a batch joins a history: sorted by time, repeats dropped (DESIGN.md section 4). The one place for it: the grain's
/// append and every reader of event files go through here.
/// </summary>
public static class EventIntake
{
    /// <summary>A repeat is looked for among this many of the user's newest kept events, those of the batch included.</summary>
    public const int DuplicateWindow = 16_384;

    /// <summary>Which events of a batch to keep, in the order they join the history.</summary>
    /// <typeparam name="T">The caller's own event type.</typeparam>
    /// <param name="history">What the user has, or the newest of it.</param>
    /// <param name="batch">Events in any order. Those of one instant keep their order.</param>
    /// <param name="identity">What makes two events the same.</param>
    /// <param name="older">
    /// The user's kept events just before those of <paramref name="history"/>, oldest first, as far as <see cref="DuplicateWindow"/> goes. They may
    /// be left out where all are older than the batch's oldest event: then none of them can be in it.
    /// </param>
    /// <returns>The events to keep; the rest, <c>batch.Count</c> less these, are repeats.</returns>
    public static List<T> Accept<T>(HistorySnapshot history, IReadOnlyList<T> batch, Func<T, EventIdentity> identity, IReadOnlyList<EventIdentity>? older = null)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        var sorted = batch.Select(e => (Event: e, Identity: identity(e))).OrderBy(e => e.Identity.AtMs).ToList();

        // Only events as young as the batch's oldest can be repeated in it.
        var newest = new Dictionary<EventIdentity, long>();
        for (var i = 0; i < older?.Count; i++)
        {
            newest[older[i]] = history.FirstOrdinal - older.Count + i;
        }

        for (var ordinal = Math.Max(history.FirstOrdinal, history.NextOrdinal - DuplicateWindow); ordinal < history.NextOrdinal; ordinal++)
        {
            if (history.AtMs(ordinal) >= sorted[0].Identity.AtMs)
            {
                newest[new(history.ItemKey(ordinal), history.Action(ordinal), history.AtMs(ordinal))] = ordinal;
            }
        }

        var kept = new List<T>(batch.Count);
        var next = history.NextOrdinal;
        foreach (var (item, id) in sorted)
        {
            if (newest.TryGetValue(id, out var ordinal) && ordinal >= next - DuplicateWindow)
            {
                continue;
            }

            newest[id] = next++;
            kept.Add(item);
        }

        return kept;
    }
}
