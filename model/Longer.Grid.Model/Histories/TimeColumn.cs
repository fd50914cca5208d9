namespace Longer.Grid.Model;

/// <summary>
/// A column of Unix milliseconds. Each event keeps the low 32 bits of its own; what stands above them, which changes every 50 days, is kept once for
/// all events in a row that share it. Written once per slot and in order, so that readers need no lock.
/// </summary>
internal sealed class TimeColumn(int capacity)
{
    private const int LowBits = 32;

    /// <summary>Slots for which one entry says where to look for their upper bits.</summary>
    private const int BlockSlots = 64;

    private readonly uint[] _low = new uint[capacity];

    /// <summary>For each block the era of its first slot.</summary>
    private readonly int[] _blocks = new int[(capacity + BlockSlots - 1) / BlockSlots];

    private Eras _eras = new(capacity: 4);
    private int _count;

    /// <summary>Memory of the column.</summary>
    public long Bytes => ((long)_low.Length * sizeof(uint)) + ((long)_blocks.Length * sizeof(int)) + ((long)_eras.Starts.Length * 2 * sizeof(int));

    /// <summary>The time in a slot that is written.</summary>
    public long this[int index]
    {
        get
        {
            var eras = Volatile.Read(ref _eras);
            var era = _blocks[index / BlockSlots];
            while (era + 1 < eras.Count && eras.Starts[era + 1] <= index)
            {
                era++;
            }

            return ((long)eras.High[era] << LowBits) | _low[index];
        }
    }

    /// <summary>Writes the next slot.</summary>
    public void Add(long time)
    {
        var high = checked((int)(time >> LowBits));
        if (_eras.Count == 0 || _eras.High[_eras.Count - 1] != high)
        {
            _eras = _eras.With(_count, high);
        }

        if (_count % BlockSlots == 0)
        {
            _blocks[_count / BlockSlots] = _eras.Count - 1;
        }

        _low[_count++] = (uint)time;
    }

    /// <summary>A column of some of these times.</summary>
    public TimeColumn Copy(int from, int count, int newCapacity)
    {
        var copy = new TimeColumn(newCapacity);
        for (var i = 0; i < count; i++)
        {
            copy.Add(this[from + i]);
        }

        return copy;
    }

    /// <summary>Slots in a row with the same upper bits.</summary>
    private sealed class Eras(int capacity)
    {
        private int _count;

        /// <summary>Published after what it counts.</summary>
        public int Count => Volatile.Read(ref _count);

        public int[] Starts { get; } = new int[capacity];

        public int[] High { get; } = new int[capacity];

        /// <summary>These and one more: here while there is room, so that readers keep what they hold.</summary>
        public Eras With(int start, int high)
        {
            var eras = this;
            if (_count == Starts.Length)
            {
                eras = new Eras(Starts.Length * 2) { _count = _count };
                Starts.CopyTo(eras.Starts, 0);
                High.CopyTo(eras.High, 0);
            }

            (eras.Starts[_count], eras.High[_count]) = (start, high);
            Volatile.Write(ref eras._count, _count + 1);
            return eras;
        }
    }
}
