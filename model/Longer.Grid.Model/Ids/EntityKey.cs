using System.IO.Hashing;
using System.Text;

namespace Longer.Grid.Model;

/// <summary>From an id to the row of an embedding table (MODEL.md section 2).</summary>
public static class EntityKey
{
    private const int LongestDecimal = 20;

    /// <summary>The 64-bit key of an item, a user or a side value.</summary>
    /// <param name="id">A canonical decimal integer up to 2^64-1 is its own key; any other string is hashed by XXH64 of its UTF-8 bytes.</param>
    public static ulong Of(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        Span<byte> utf8 = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(id, utf8, out var written) ? Of(utf8[..written]) : Of(Encoding.UTF8.GetBytes(id));
    }

    /// <inheritdoc cref="Of(string)"/>
    /// <param name="utf8">The id in UTF-8.</param>
    public static ulong Of(ReadOnlySpan<byte> utf8) => TryCanonicalInteger(utf8, out var key) ? key : XxHash64.HashToUInt64(utf8);

    /// <summary>Whether a text is an integer that is its own key: ASCII digits, no leading zero but <c>0</c> itself, at most 2^64-1.</summary>
    public static bool TryCanonicalInteger(ReadOnlySpan<char> text, out ulong key)
    {
        Span<byte> utf8 = stackalloc byte[LongestDecimal];
        key = 0;
        return Encoding.UTF8.TryGetBytes(text, utf8, out var written) && TryCanonicalInteger(utf8[..written], out key);
    }

    private static bool TryCanonicalInteger(ReadOnlySpan<byte> text, out ulong key)
    {
        key = 0;
        if (text.Length is 0 or > LongestDecimal || (text[0] == '0' && text.Length > 1))
        {
            return false;
        }

        var value = 0UL;
        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit > 9 || value > (ulong.MaxValue - digit) / 10)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        key = value;
        return true;
    }

    /// <summary>The SplitMix64 finaliser.</summary>
    public static ulong Mix(ulong x)
    {
        x ^= x >> 30;
        x *= 0xBF58476D1CE4E5B9;
        x ^= x >> 27;
        x *= 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>The row at which a table is read.</summary>
    /// <param name="key">The value's key, or <see langword="null"/> when it is missing: row 0.</param>
    /// <param name="rows">Rows of the table, at least 2.</param>
    public static int Row(ulong? key, int rows) => key is { } present ? (int)(1 + (Mix(present) % (ulong)(rows - 1))) : 0;
}
