namespace Longer.Grid.Model;

/// <summary>A user's kept events at one moment, oldest first. Safe to read from any thread.</summary>
public sealed class HistorySnapshot
{
    private readonly ulong[] _items;
    private readonly TimeColumn _times;
    private readonly CodeColumn _actionCodes;
    private readonly string[] _actionNames;
    private readonly IReadOnlyDictionary<string, KeyColumn> _sides;

    internal HistorySnapshot(
        object life, long firstOrdinal, int count, ulong[] items, TimeColumn times, CodeColumn actionCodes, string[] actionNames, IReadOnlyDictionary<string, KeyColumn> sides)
    {
        Life = life;
        FirstOrdinal = firstOrdinal;
        Count = count;
        _items = items;
        _times = times;
        _actionCodes = actionCodes;
        _actionNames = actionNames;
        _sides = sides;
    }

    /// <summary>The history of a user without events.</summary>
    public static HistorySnapshot Empty { get; } = new EventHistory().Snapshot();

    /// <summary>Ordinal of the oldest kept event.</summary>
    public long FirstOrdinal { get; }

    /// <summary>Events kept.</summary>
    public int Count { get; }

    /// <summary>Events that the user ever had: one past the newest ordinal.</summary>
    public long NextOrdinal => FirstOrdinal + Count;

    /// <summary>Item keys, shape <c>[Count]</c>, oldest first.</summary>
    public ReadOnlySpan<ulong> ItemKeys => _items.AsSpan(0, Count);

    /// <summary>A copy of the times: Unix milliseconds, shape <c>[Count]</c>, oldest first, not necessarily rising.</summary>
    public long[] CopyTimesMs()
    {
        var times = new long[Count];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = _times[i];
        }

        return times;
    }

    /// <summary>Item key of an event.</summary>
    /// <param name="ordinal">From <see cref="FirstOrdinal"/> to <see cref="NextOrdinal"/> - 1.</param>
    public ulong ItemKey(long ordinal) => _items[Index(ordinal)];

    /// <summary>Unix milliseconds of an event.</summary>
    /// <param name="ordinal">From <see cref="FirstOrdinal"/> to <see cref="NextOrdinal"/> - 1.</param>
    public long AtMs(long ordinal) => _times[Index(ordinal)];

    /// <summary>Name of an event's action.</summary>
    /// <param name="ordinal">From <see cref="FirstOrdinal"/> to <see cref="NextOrdinal"/> - 1.</param>
    public string Action(long ordinal) => _actionNames[_actionCodes[Index(ordinal)]];

    /// <summary>Key of an event's side value, <see langword="null"/> where it is missing.</summary>
    /// <param name="side">Name of the side feature; one that no event has is missing everywhere.</param>
    /// <param name="ordinal">From <see cref="FirstOrdinal"/> to <see cref="NextOrdinal"/> - 1.</param>
    public ulong? SideKey(string side, long ordinal)
    {
        var index = Index(ordinal);
        return _sides.TryGetValue(side, out var column) ? column[index] : null;
    }

    /// <summary>Seconds' bucket from an event's predecessor to it (MODEL.md section 3), 0 for ordinal 0.</summary>
    /// <param name="ordinal">0, or one whose predecessor is kept too.</param>
    public int GapBucket(long ordinal) => ordinal == 0 ? 0 : LogBucket.OfSeconds(AtMs(ordinal - 1), AtMs(ordinal));

    /// <summary>The oldest <paramref name="count"/> of these events: the same history as it was at an earlier ordinal.</summary>
    /// <param name="count">0 to <see cref="Count"/>.</param>
    public HistorySnapshot Prefix(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return new(Life, FirstOrdinal, count, _items, _times, _actionCodes, _actionNames, _sides);
    }

    /// <summary>
    /// The oldest group of which every event and its predecessor are kept (DESIGN.md section 4, retention); groups before it cannot be
    /// computed.
    /// </summary>
    /// <param name="groupSize">K.</param>
    public long FirstWholeGroup(int groupSize) => FirstOrdinal == 0 ? 0 : (FirstOrdinal / groupSize) + 1;

    /// <summary>
    /// What two snapshots share when one is a moment of the same history as the other: then equal ordinals mean equal events. A history that
    /// was replaced or loaded anew is another life.
    /// </summary>
    internal object Life { get; }

    /// <summary>Times by event, Unix milliseconds, oldest first.</summary>
    internal TimeColumn Times => _times;

    /// <summary>The place of each event's action among <see cref="ActionNames"/>, oldest first.</summary>
    internal CodeColumn ActionCodes => _actionCodes;

    /// <summary>Names of actions; the last ones may be empty, or of later events.</summary>
    internal string[] ActionNames => _actionNames;

    /// <summary>Keys of a side's values by event, oldest first; <see langword="null"/> where all are missing.</summary>
    internal KeyColumn? SideColumn(string side) => _sides.GetValueOrDefault(side);

    private int Index(long ordinal)
    {
        var index = ordinal - FirstOrdinal;
        ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(ordinal));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count, nameof(ordinal));
        return (int)index;
    }
}
