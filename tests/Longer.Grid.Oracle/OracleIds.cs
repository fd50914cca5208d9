using System.Globalization;
using System.Numerics;
using System.Text;

namespace Longer.Grid.Oracle;

/// <summary>Keys and rows of ids (MODEL.md section 2), written a second time so that the two can be held against each other.</summary>
public static class OracleIds
{
    private const ulong Prime1 = 11400714785074694791;
    private const ulong Prime2 = 14029467366897019727;
    private const ulong Prime3 = 1609587929392839161;
    private const ulong Prime4 = 9650029242287828579;
    private const ulong Prime5 = 2870177450012600261;

    /// <summary>The key of an id: its own value if it is a canonical integer below 2^64, else the hash of its UTF-8 bytes.</summary>
    public static ulong Key(string id) =>
        ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value.ToString(CultureInfo.InvariantCulture) == id
            ? value
            : Hash(Encoding.UTF8.GetBytes(id));

    /// <summary>The row of a table that a value is read at; row 0 where it is missing.</summary>
    public static int Row(string? id, int rows) => id is null ? 0 : 1 + (int)(Mix(Key(id)) % ((ulong)rows - 1));

    /// <summary>The SplitMix64 finaliser.</summary>
    public static ulong Mix(ulong x)
    {
        unchecked
        {
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
            return x ^ (x >> 31);
        }
    }

    /// <summary>XXH64 with seed 0, as the xxHash specification describes it.</summary>
    public static ulong Hash(byte[] input)
    {
        unchecked
        {
            var at = 0;
            var hash = Prime5;
            if (input.Length >= 32)
            {
                ulong[] lanes = [Prime1 + Prime2, Prime2, 0, 0 - Prime1];
                while (input.Length - at >= 32)
                {
                    for (var lane = 0; lane < 4; lane++, at += 8)
                    {
                        lanes[lane] = Round(lanes[lane], BitConverter.ToUInt64(input, at));
                    }
                }

                hash = Turn(lanes[0], 1) + Turn(lanes[1], 7) + Turn(lanes[2], 12) + Turn(lanes[3], 18);
                foreach (var lane in lanes)
                {
                    hash = ((hash ^ Round(0, lane)) * Prime1) + Prime4;
                }
            }

            hash += (ulong)input.Length;
            for (; input.Length - at >= 8; at += 8)
            {
                hash = (Turn(hash ^ Round(0, BitConverter.ToUInt64(input, at)), 27) * Prime1) + Prime4;
            }

            for (; input.Length - at >= 4; at += 4)
            {
                hash = (Turn(hash ^ (BitConverter.ToUInt32(input, at) * Prime1), 23) * Prime2) + Prime3;
            }

            for (; at < input.Length; at++)
            {
                hash = Turn(hash ^ (input[at] * Prime5), 11) * Prime1;
            }

            hash = (hash ^ (hash >> 33)) * Prime2;
            hash = (hash ^ (hash >> 29)) * Prime3;
            return hash ^ (hash >> 32);
        }
    }

    private static ulong Round(ulong lane, ulong word) => unchecked(Turn(lane + (word * Prime2), 31) * Prime1);

    private static ulong Turn(ulong value, int bits) => BitOperations.RotateLeft(value, bits);
}
