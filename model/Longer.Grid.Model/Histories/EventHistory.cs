namespace Longer.Grid.Model;

/// <summary>
/// A user's kept events by column, oldest first: the host tier. One writer; any number of readers through
/// <see cref="Snapshot"/>, which stay as they were while the writer goes on.
/// </summary>
public sealed class EventHistory
{
    /// <summary>Spare capacity is at most a thirty-second part: thousands of users are kept, and moving their columns now and then costs little.</summary>
    private const int SpareShare = 32;

    private const int LeastCapacity = 16;

    private readonly Dictionary<string, int> _actionCodes = new(StringComparer.Ordinal);
    private readonly object _life = new();
    private Columns _columns;
    private int _count;

    /// <summary>An empty history.</summary>
    /// <param name="firstOrdinal">Ordinal of the first event to come: how many of the user's events are no longer kept.</param>
    /// <param name="expected">For how many events there is room at once.</param>
    public EventHistory(long firstOrdinal = 0, int expected = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstOrdinal);
        ArgumentOutOfRangeException.ThrowIfNegative(expected);
        FirstOrdinal = firstOrdinal;
        _columns = new Columns(WithSpare(expected));
    }

    /// <summary>Ordinal of the oldest kept event.</summary>
    public long FirstOrdinal { get; private set; }

    /// <summary>Events that the user ever had: the ordinal of the next one.</summary>
    public long NextOrdinal => FirstOrdinal + _count;

    /// <summary>Events kept.</summary>
    public int Count => _count;

    /// <summary>Memory of the columns, spare capacity counted.</summary>
    public long Bytes =>
        ((long)_columns.Capacity * (sizeof(ulong) + _columns.ActionCodes.EntryBytes)) + _columns.Times.Bytes + (_columns.Sides.Count * KeyColumn.BytesOf(_columns.Capacity));

    /// <summary>Adds an event after all others, whatever its time.</summary>
    public void Append(in KeyedEvent added)
    {
        if (_count == _columns.Capacity)
        {
            _columns = _columns.Copy(0, _count, WithSpare(_count));
        }

        _columns.Items[_count] = added.ItemKey;
        _columns.Times.Add(added.AtMs);
        var code = ActionCode(added.Action);
        if (!_columns.ActionCodes.Holds(code))
        {
            _columns.ActionCodes = _columns.ActionCodes.Copy(0, _count, _columns.Capacity, isWide: true);
        }

        _columns.ActionCodes[_count] = code;
        for (var i = 0; i < added.Sides.Count; i++)
        {
            var (name, key) = added.Sides[i];
            _columns.Side(name)[_count] = key;
        }

        _count++;
    }

    /// <summary>Forgets the oldest events, all but the newest <paramref name="keep"/>. Ordinals do not change.</summary>
    /// <remarks>Snapshots taken before keep what they had.</remarks>
    public void TrimToNewest(int keep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        var drop = _count - keep;
        if (drop > 0)
        {
            _columns = _columns.Copy(drop, keep, WithSpare(keep));
            FirstOrdinal += drop;
            _count = keep;
            ForgetActions();
        }
    }

    /// <summary>The history as it is now; later appends and trims do not show in it.</summary>
    public HistorySnapshot Snapshot() =>
        new(_life, FirstOrdinal, _count, _columns.Items, _columns.Times, _columns.ActionCodes, _columns.ActionNames, _columns.Sides);

    private static int WithSpare(int count) => checked(count + Math.Max(LeastCapacity, count / SpareShare));

    private int ActionCode(string action)
    {
        if (!_actionCodes.TryGetValue(action, out var code))
        {
            code = _actionCodes.Count;
            _actionCodes.Add(action, code);
            _columns.SetActionName(code, action);
        }

        return code;
    }

    /// <summary>Numbers the actions anew, so that names which no kept event has do not pile up.</summary>
    private void ForgetActions()
    {
        var (names, codes) = (_columns.ActionNames, _columns.ActionCodes);
        _columns.ActionNames = [];
        _actionCodes.Clear();
        for (var i = 0; i < _count; i++)
        {
            codes[i] = ActionCode(names[codes[i]]);
        }
    }

    private sealed class Columns(int capacity)
    {
        public int Capacity => capacity;

        public ulong[] Items { get; private init; } = new ulong[capacity];

        public TimeColumn Times { get; private init; } = new(capacity);

        public CodeColumn ActionCodes { get; set; } = new(capacity);

        // Written once per slot, like all columns; the last ones may be empty.
        public string[] ActionNames { get; set; } = [];

        public Dictionary<string, KeyColumn> Sides { get; private set; } = [];

        public void SetActionName(int code, string action)
        {
            if (code == ActionNames.Length)
            {
                var longer = new string[Math.Max(4, code * 2)];
                ActionNames.CopyTo(longer, 0);
                ActionNames = longer;
            }

            ActionNames[code] = action;
        }

        public KeyColumn Side(string name)
        {
            if (!Sides.TryGetValue(name, out var column))
            {
                column = new KeyColumn(capacity);
                Sides = new Dictionary<string, KeyColumn>(Sides, StringComparer.Ordinal) { [name] = column };
            }

            return column;
        }

        public Columns Copy(int from, int count, int newCapacity)
        {
            var copy = new Columns(newCapacity)
            {
                ActionNames = ActionNames,
                Times = Times.Copy(from, count, newCapacity),
                ActionCodes = ActionCodes.Copy(from, count, newCapacity, ActionCodes.EntryBytes > 1),
                Sides = Sides.ToDictionary(s => s.Key, s => s.Value.Copy(from, count, newCapacity), StringComparer.Ordinal),
            };
            Array.Copy(Items, from, copy.Items, 0, count);
            return copy;
        }
    }
}
