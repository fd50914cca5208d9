using CsvHelper;

namespace Longer.Grid.Training;

/// <summary>CSV as of RFC 4180: comma-separated, quoted where need be, the first row a header.</summary>
internal sealed class CsvTableReader : TableReader
{
    private static readonly CsvReaderOptions Strict = new()
    {
        Separator = ',',
        MalformedData = CsvMalformedDataHandling.Throw,
        TrackLineNumbers = true,
        PoolStrings = true,
    };

    private readonly CsvReader _csv;
    private readonly int _width;
    private readonly int[] _indexes;

    public CsvTableReader(string file, FileStream disk, Stream utf8, IReadOnlyList<string> columns)
        : base(file, disk, columns)
    {
        _csv = CsvReader.Create(utf8, Strict);
        try
        {
            _csv.ReadHeader();
        }
        catch (CsvFormatException e)
        {
            throw Malformed(e);
        }

        string[] header = [.. _csv.Headers];
        _width = header.Length;
        _indexes = [.. columns.Select(name => IndexOf(header, name))];
    }

    public override long Line => _csv.LineNumber;

    public override string? Field(int column)
    {
        var field = _csv.GetString(_indexes[column]);
        return field.Length == 0 ? null : field;
    }

    protected override bool ReadRow()
    {
        try
        {
            if (!_csv.Read())
            {
                return false;
            }
        }
        catch (CsvFormatException e)
        {
            throw Malformed(e);
        }

        return _csv.FieldCount == _width ? true : throw Wrong($"the row has {_csv.FieldCount} fields; accepted is {_width}, as in the header");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _csv.Dispose();
        }

        base.Dispose(disposing);
    }

    private DataSetException Malformed(CsvFormatException e) => new($"{File}:{e.LineNumber}: the row is not valid CSV: {e.Message}", e);

    private int IndexOf(string[] header, string name)
    {
        var index = Array.IndexOf(header, name);
        if (index < 0)
        {
            throw new DataSetException($"{File}:1: there is no column \"{name}\", which the schema names; the columns are {string.Join(", ", header)}");
        }

        return Array.LastIndexOf(header, name) == index ? index : throw new DataSetException($"{File}:1: the column \"{name}\" stands there twice");
    }
}
