using Microsoft.ML.OnnxRuntime;

namespace Longer.Grid.Model;

/// <summary>
/// K and V of one layer of one user: a row of zeros, the user globals' rows, then a ring of the newest groups' rows. While it is not full
/// the rows lie in order; once it holds the whole window, a new group takes the place of the one that left it, and nothing ever moves.
/// </summary>
/// <remarks>The zeros stand where a score has each candidate's own key and value (<see cref="ScoreGraph"/>), so that no row is moved for it.</remarks>
internal sealed class KvRing : IDisposable
{
    /// <summary>Rows of zeros that come before all others.</summary>
    public const int OwnRows = 1;

    private const int SmallestCapacity = 16;

    private readonly DeviceMemory _keys;
    private readonly DeviceMemory _values;
    private readonly int _globals;
    private readonly int _window;
    private readonly long _base;

    /// <summary>Allocates a ring.</summary>
    /// <param name="device">Where it lies.</param>
    /// <param name="shape">The layer's extents.</param>
    /// <param name="capacity">Rows for groups, from <see cref="CapacityFor"/>.</param>
    /// <param name="firstGroup">The group that row 0 of the ring holds first.</param>
    public KvRing(DeviceProvider device, KvLayerShape shape, int capacity, long firstGroup)
    {
        _globals = shape.Globals;
        _window = shape.Window;
        _base = firstGroup;
        Newest = firstGroup - 1;
        Capacity = capacity;
        _keys = new DeviceMemory(device.RingMemory, OwnRows + shape.Globals + capacity, shape.RowWidth, shape.Storage);
        _values = new DeviceMemory(device.RingMemory, OwnRows + shape.Globals + capacity, shape.RowWidth, shape.Storage);
        foreach (var memory in new[] { _keys, _values })
        {
            device.Copy(DeviceMemory.Zeros(OwnRows, shape.RowWidth, shape.Storage), memory.Slice(0, OwnRows));
        }
    }

    /// <summary>Rows that it has for groups.</summary>
    public int Capacity { get; }

    /// <summary>Rows that hold a group.</summary>
    public int Filled { get; private set; }

    /// <summary>The newest group that it holds.</summary>
    public long Newest { get; private set; }

    /// <summary>
    /// The size class that holds some groups of a window: 16, 24, 32, 48 and so on, and the window itself. At most a third of a larger ring is
    /// empty, and few events make one grow.
    /// </summary>
    public static int CapacityFor(int groups, int window)
    {
        var capacity = (long)SmallestCapacity;
        while (capacity < groups)
        {
            capacity = long.IsPow2(capacity) ? capacity + (capacity / 2) : capacity / 3 * 4;
        }

        return (int)Math.Min(capacity, window);
    }

    public static long BytesOf(KvLayerShape shape, int capacity) => 2 * DeviceMemory.BytesOf(OwnRows + shape.Globals + capacity, shape.RowWidth, shape.Storage);

    /// <summary>Whether a group has a row here, or would get one without growing.</summary>
    public bool HasRoomFor(long group) => Capacity == _window || group - _base < Capacity;

    /// <summary>The size class that has room for a group, and for all from the ring's first on.</summary>
    public int CapacityWith(long group) => CapacityFor((int)Math.Min(group - _base + 1, _window), _window);

    /// <summary>The row, among the ring's, of a group that is in the window or is about to enter it.</summary>
    public int RowOf(long group) => (int)((group - _base) % Capacity);

    /// <summary>How many groups, from one on, have rows beside each other.</summary>
    /// <param name="group">The newest group that the ring holds, or the one after it.</param>
    public int RoomInARow(long group) => Capacity - RowOf(group);

    /// <summary>The rows around those of new groups, which lie beside each other.</summary>
    /// <param name="group">The first of them: the newest group that the ring holds, or the one after it.</param>
    /// <param name="count">How many.</param>
    /// <returns>
    /// The rows before theirs, which hold the groups just older; those after theirs, which hold the oldest ones; and those of theirs that hold
    /// groups still: they leave the window one by one.
    /// </returns>
    public (RingRun Before, RingRun After, RingRun Leaving) Around(long group, int count)
    {
        var row = RowOf(group);
        var before = Math.Min(row, Filled);
        var oldest = group + 1 - Capacity; // In the row after the first one's, where the ring is full.
        return (
            new(0, before, group - before),
            new(row + count, Math.Max(0, Filled - row - count), oldest + count - 1),
            new(row + 1, Math.Max(0, Math.Min(Filled, row + count) - row - 1), oldest));
    }

    /// <summary>The oldest group that the ring holds once it holds a newest one.</summary>
    public long OldestWith(long newest) => Math.Max(_base, newest - _window + 1);

    /// <summary>All rows that hold a group, in their order.</summary>
    public IEnumerable<RingRun> Runs()
    {
        var upTo = Filled == 0 ? 0 : RowOf(Newest) + 1;
        return [new(0, upTo, Newest + 1 - upTo), new(upTo, Filled - upTo, Newest + 1 - Filled)];
    }

    /// <summary>Takes note that rows up to this group's have been written.</summary>
    public void Advance(long newest)
    {
        Newest = newest;
        Filled = (int)Math.Min(Capacity, newest - _base + 1);
    }

    /// <summary>The zeros, the globals' rows and the filled rows of groups.</summary>
    public (OrtValue Keys, OrtValue Values) All() => Rows(0, OwnRows + _globals + Filled);

    public (OrtValue Keys, OrtValue Values) Globals() => Rows(OwnRows, _globals);

    /// <summary>Some of the ring's rows, without the globals'.</summary>
    public (OrtValue Keys, OrtValue Values) Groups(RingRun run) => Rows(OwnRows + _globals + run.Row, run.Count);

    /// <summary>The rows that a prefill writes: the globals' and the first groups'.</summary>
    public (OrtValue Keys, OrtValue Values) ForPrefill(int groups) => Rows(OwnRows, _globals + groups);

    /// <summary>A larger ring with the same rows. This one must not be full: a full ring never moves.</summary>
    public KvRing Grown(DeviceProvider device, KvLayerShape shape, int capacity)
    {
        var grown = new KvRing(device, shape, capacity, _base);
        grown.Advance(Newest);
        var (from, to) = (All(), grown.All());
        device.Copy(from.Keys, to.Keys);
        device.Copy(from.Values, to.Values);
        return grown;
    }

    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    private (OrtValue Keys, OrtValue Values) Rows(int from, int count) => (_keys.Slice(from, count), _values.Slice(from, count));
}
