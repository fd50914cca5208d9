using System.Globalization;

namespace Longer.Grid.Training;

/// <summary>Fields of a table's current row by their meaning. An error names file, line, column, what was found and what is accepted.</summary>
internal sealed class FieldReader(TableReader table, TextPool pool, TimeProvider time)
{
    private const string Iso = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    private static readonly string[] IsoFormats = [$"{Iso}zzz", $"{Iso}'Z'", $"{Iso.Replace('T', ' ')}zzz", $"{Iso.Replace('T', ' ')}'Z'"];

    private readonly long _earliestMs = new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private readonly long _latestMs = time.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();

    public TableReader Table => table;

    public string Id(int column) => OptionalId(column) ?? throw table.Wrong($"{table.Columns[column]} is empty; accepted is an id");

    public string? OptionalId(int column)
    {
        if (table.Field(column) is not { } text)
        {
            return null;
        }

        return pool.TryId(text) ?? throw Wrong(column, text, "1 to 256 bytes of UTF-8 without control characters");
    }

    /// <summary>A time in Unix milliseconds, from 1990 to one day ahead.</summary>
    public long AtMs(int column, TimeUnit unit)
    {
        var text = table.Field(column) ?? "";
        var atMs = unit switch
        {
            TimeUnit.Seconds => Whole(column, text, 1000, "whole seconds"),
            TimeUnit.Milliseconds => Whole(column, text, 1, "whole milliseconds"),
            _ => DateTimeOffset.TryParseExact(text, IsoFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at.ToUnixTimeMilliseconds()
                : throw Wrong(column, text, "ISO 8601 with an offset, such as 2024-05-01T12:00:00Z"),
        };
        return atMs >= _earliestMs && atMs <= _latestMs ? atMs : throw Wrong(column, text, "a time from 1990 to one day ahead");
    }

    /// <summary>1, 0, or NaN where nothing is known.</summary>
    public float Label(int column) => table.Field(column) switch
    {
        "1" => 1,
        "0" => 0,
        null => float.NaN,
        var text => throw Wrong(column, text, "0, 1 or nothing"),
    };

    private long Whole(int column, string text, long unitMs, string accepted)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw Wrong(column, text, accepted);
        }

        // Far outside of the accepted years, where the product might overflow, the range check below names the number.
        return Math.Clamp(number, -1L << 52, 1L << 52) * unitMs;
    }

    private DataSetException Wrong(int column, string text, string accepted) =>
        table.Wrong($"{table.Columns[column]} is \"{(text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "..."))}\"; accepted is {accepted}");
}
