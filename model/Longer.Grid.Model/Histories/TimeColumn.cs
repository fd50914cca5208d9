namespace Longer.Grid.Model;

/// <summary>A column of Unix milliseconds in 48 bits each: enough until the year 6429. Written once per slot, so that readers need no lock.</summary>
internal sealed class TimeColumn(int capacity)
{
    /// <summary>Bytes of one time.</summary>
    public const int EntryBytes = sizeof(uint) + sizeof(short);

    private const int LowBits = 32;

    private readonly uint[] _low = new uint[capacity];
    private readonly short[] _high = new short[capacity];

    public long this[int index]
    {
        get => ((long)_high[index] << LowBits) | _low[index];
        set => (_low[index], _high[index]) = ((uint)value, checked((short)(value >> LowBits)));
    }

    public TimeColumn Copy(int from, int count, int capacity)
    {
        var copy = new TimeColumn(capacity);
        Array.Copy(_low, from, copy._low, 0, count);
        Array.Copy(_high, from, copy._high, 0, count);
        return copy;
    }
}
