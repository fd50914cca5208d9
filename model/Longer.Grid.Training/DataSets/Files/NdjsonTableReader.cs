using System.Text.Json;
using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>NDJSON: a JSON object on each line, whose keys are the columns. Empty lines are passed over.</summary>
internal sealed class NdjsonTableReader : TableReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private readonly StreamReader _text;
    private readonly string?[] _fields;
    private readonly bool[] _everSeen;
    private long _line;

    public NdjsonTableReader(string file, FileStream disk, Stream utf8, IReadOnlyList<string> columns)
        : base(file, disk, columns)
    {
        _text = new StreamReader(utf8, bufferSize: 1 << 16);
        _fields = new string?[columns.Count];
        _everSeen = new bool[columns.Count];
    }

    public override long Line => _line;

    public override string? Field(int column) => _fields[column];

    protected override bool ReadRow()
    {
        while (_text.ReadLine() is { } line)
        {
            _line++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                Parse(line);
                return true;
            }
        }

        // A row may lack a side value, but a column that no row has is a schema's mistake.
        var never = Array.IndexOf(_everSeen, false);
        return never < 0 ? false : throw new DataSetException($"{File}: no line has \"{Columns[never]}\", which the schema names");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _text.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Wrong("the line is not a JSON object");
            }

            for (var i = 0; i < _fields.Length; i++)
            {
                var present = document.RootElement.TryGetProperty(Columns[i], out var value);
                _everSeen[i] |= present;
                _fields[i] = present ? Text(Columns[i], value) : null;
            }
        }
        catch (JsonException e)
        {
            throw Wrong($"the line is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // What an escape such as \ud800 stands for is looked at only when a text is read.
            throw Wrong("a text in the line holds half of a surrogate pair", e);
        }
    }

    private string? Text(string column, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.Number when EntityKey.TryCanonicalInteger(value.GetRawText(), out _):
                return value.GetRawText();
            case JsonValueKind.String:
                return value.GetString() is { Length: > 0 } text ? text : null;
            default:
                throw Wrong($"{column} is {value.GetRawText()}; accepted is a text or a whole number that is not negative");
        }
    }
}
