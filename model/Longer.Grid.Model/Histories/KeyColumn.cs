namespace Longer.Grid.Model;

/// <summary>A column of 64-bit keys, any of which may be missing. Written once per slot, so that readers need no lock.</summary>
internal sealed class KeyColumn(int capacity)
{
    private readonly ulong[] _keys = new ulong[capacity];
    private readonly bool[] _present = new bool[capacity];

    public ulong? this[int index]
    {
        get => _present[index] ? _keys[index] : null;
        set => (_keys[index], _present[index]) = (value.GetValueOrDefault(), value.HasValue);
    }

    /// <summary>The first keys; 0, which is a key too, where one is missing.</summary>
    public ReadOnlySpan<ulong> Keys(int count) => _keys.AsSpan(0, count);

    public KeyColumn Copy(int from, int count, int capacity)
    {
        var copy = new KeyColumn(capacity);
        Array.Copy(_keys, from, copy._keys, 0, count);
        Array.Copy(_present, from, copy._present, 0, count);
        return copy;
    }
}
