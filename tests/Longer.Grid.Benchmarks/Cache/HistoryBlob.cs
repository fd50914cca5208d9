using System.Runtime.InteropServices;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary>A history as a stateless server keeps it in Redis: a record of fixed width for each event, appended to and read without a parser.</summary>
internal static class HistoryBlob
{
    private const string FirstSide = "artist";
    private const string SecondSide = "genre";

    private static readonly string[] Actions = ["play", "skip", "like"];

    /// <summary>Bytes of an event.</summary>
    public static int EventBytes => Marshal.SizeOf<Record>();

    /// <summary>Writes the events from an ordinal on.</summary>
    public static byte[] Write(HistorySnapshot history, long from)
    {
        var records = new Record[history.NextOrdinal - from];
        for (var i = 0; i < records.Length; i++)
        {
            var ordinal = from + i;
            records[i] = new()
            {
                Ordinal = (uint)ordinal,
                Item = history.ItemKey(ordinal),
                AtMs = history.AtMs(ordinal),
                First = history.SideKey(FirstSide, ordinal)!.Value,
                Second = history.SideKey(SecondSide, ordinal)!.Value,
                Action = (byte)Array.IndexOf(Actions, history.Action(ordinal)),
            };
        }

        return MemoryMarshal.AsBytes(records.AsSpan()).ToArray();
    }

    /// <summary>Reads them back: the newest events of a life.</summary>
    public static HistorySnapshot Read(ReadOnlySpan<byte> blob)
    {
        var records = MemoryMarshal.Cast<byte, Record>(blob);
        var items = new ulong[records.Length];
        var (first, second) = (new KeyColumn(records.Length), new KeyColumn(records.Length));
        var codes = new CodeColumn(records.Length);
        var times = new TimeColumn(records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            items[i] = record.Item;
            first[i] = record.First;
            second[i] = record.Second;
            codes[i] = record.Action;
            times.Add(record.AtMs);
        }

        var sides = new Dictionary<string, KeyColumn>(StringComparer.Ordinal) { [FirstSide] = first, [SecondSide] = second };
        return new HistorySnapshot(new object(), records[0].Ordinal, records.Length, items, times, codes, Actions, sides);
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Record
    {
        public ulong Item;
        public ulong First;
        public ulong Second;
        public long AtMs;
        public uint Ordinal;
        public byte Action;
    }
}
