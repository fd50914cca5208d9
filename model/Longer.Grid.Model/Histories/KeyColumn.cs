namespace Longer.Grid.Model;

/// <summary>A column of 64-bit keys, any of which may be missing. Written once per slot, so that readers need no lock.</summary>
internal sealed class KeyColumn(int capacity)
{
    private const int WordBits = 32;

    private readonly ulong[] _keys = new ulong[capacity];
    private readonly uint[] _present = new uint[(capacity + WordBits - 1) / WordBits];

    /// <summary>Bytes of some entries.</summary>
    public static long BytesOf(int capacity) => ((long)capacity * sizeof(ulong)) + ((capacity + WordBits - 1) / WordBits * sizeof(uint));

    public ulong? this[int index]
    {
        get => Has(index) ? _keys[index] : null;
        set
        {
            _keys[index] = value.GetValueOrDefault();
            var bit = 1u << (index % WordBits);

            // One writer; the word's other bits stay as readers know them.
            ref var word = ref _present[index / WordBits];
            word = value.HasValue ? word | bit : word & ~bit;
        }
    }

    /// <summary>Whether a key is there.</summary>
    public bool Has(int index) => (_present[index / WordBits] >> (index % WordBits) & 1) != 0;

    /// <summary>The first keys; 0, which is a key too, where one is missing.</summary>
    public ReadOnlySpan<ulong> Keys(int count) => _keys.AsSpan(0, count);

    public KeyColumn Copy(int from, int count, int capacity)
    {
        var copy = new KeyColumn(capacity);
        Array.Copy(_keys, from, copy._keys, 0, count);
        for (var i = 0; i < count; i++)
        {
            copy._present[i / WordBits] |= (_present[(from + i) / WordBits] >> ((from + i) % WordBits) & 1) << (i % WordBits);
        }

        return copy;
    }
}
