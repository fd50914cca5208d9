using System.Runtime.InteropServices;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary>A history as a stateless server keeps it in Redis: columns of fixed width, read without a parser.</summary>
internal static class HistoryBlob
{
    private static readonly string[] Sides = ["artist", "genre"];

    /// <summary>Writes the newest events.</summary>
    public static byte[] Write(HistorySnapshot history, Dictionary<string, byte> actions)
    {
        using var blob = new MemoryStream();
        blob.Write(MemoryMarshal.AsBytes(history.ItemKeys));
        blob.Write(MemoryMarshal.AsBytes(history.CopyTimesMs().AsSpan()));
        foreach (var side in Sides)
        {
            for (var ordinal = history.FirstOrdinal; ordinal < history.NextOrdinal; ordinal++)
            {
                blob.Write(BitConverter.GetBytes(history.SideKey(side, ordinal)!.Value));
            }
        }

        for (var ordinal = history.FirstOrdinal; ordinal < history.NextOrdinal; ordinal++)
        {
            blob.WriteByte(actions[history.Action(ordinal)]);
        }

        return blob.ToArray();
    }

    /// <summary>Reads them back.</summary>
    public static HistorySnapshot Read(ReadOnlySpan<byte> blob, string[] actions)
    {
        const int EventBytes = 33;
        var count = blob.Length / EventBytes;
        var keys = MemoryMarshal.Cast<byte, ulong>(blob[..(count * 32)]);
        var columns = new Dictionary<string, KeyColumn>(StringComparer.Ordinal);
        for (var s = 0; s < Sides.Length; s++)
        {
            var column = new KeyColumn(count);
            for (var i = 0; i < count; i++)
            {
                column[i] = keys[((2 + s) * count) + i];
            }

            columns.Add(Sides[s], column);
        }

        var codes = new CodeColumn(count);
        var times = new TimeColumn(count);
        for (var i = 0; i < count; i++)
        {
            codes[i] = blob[(count * 32) + i];
            times.Add((long)keys[count + i]);
        }

        return new HistorySnapshot(
            new object(), 0, count, keys[..count].ToArray(), times, codes, actions, columns);
    }
}
