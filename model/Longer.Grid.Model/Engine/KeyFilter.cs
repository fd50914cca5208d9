using System.Numerics;

namespace Longer.Grid.Model;

/// <summary>Says of most keys that they are not in a set, by one bit.</summary>
internal readonly struct KeyFilter
{
    private const int BitsPerKey = 16;
    private const int WordBits = 64;
    private const ulong Spread = 0x9E3779B97F4A7C15; // 2^64 over the golden ratio: neighbouring keys fall apart.

    private readonly ulong[] _words;
    private readonly int _shift;

    /// <summary>A filter of some keys.</summary>
    public KeyFilter(IReadOnlyCollection<ulong> keys)
    {
        var bits = BitOperations.RoundUpToPowerOf2((uint)Math.Max(WordBits, keys.Count * BitsPerKey));
        _words = new ulong[bits / WordBits];
        _shift = WordBits - BitOperations.Log2(bits);
        foreach (var key in keys)
        {
            var bit = (key * Spread) >> _shift;
            _words[bit / WordBits] |= 1UL << (int)(bit % WordBits);
        }
    }

    /// <summary>Never false for a key of the set, and rarely true for another.</summary>
    public bool MayHold(ulong key)
    {
        var bit = (key * Spread) >> _shift;
        return (_words[bit / WordBits] >> (int)(bit % WordBits) & 1) != 0;
    }
}
