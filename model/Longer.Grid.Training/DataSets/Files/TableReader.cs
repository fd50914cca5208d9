using System.IO.Compression;

namespace Longer.Grid.Training;

/// <summary>
/// Reads the asked-for columns of a table row by row: CSV with a header, or NDJSON, each gzipped or not. What a file is shows in its first
/// bytes (gzip's magic number; an opening brace for NDJSON), never in its name.
/// </summary>
internal abstract class TableReader : IDisposable
{
    private readonly FileStream _disk;

    protected TableReader(string file, FileStream disk, IReadOnlyList<string> columns)
    {
        File = file;
        _disk = disk;
        Columns = columns;
    }

    /// <summary>The file as its user calls it.</summary>
    public string File { get; }

    /// <summary>Names of the columns; <see cref="Field"/> counts along them.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The line that the current row ends on, from 1.</summary>
    public abstract long Line { get; }

    /// <summary>Bytes read so far, as they lie on disk.</summary>
    public long BytesRead => _disk.Position;

    /// <summary>Opens a file and checks that it has the columns, as far as that shows before its rows are read.</summary>
    /// <exception cref="DataSetException">It cannot be read, is empty, or lacks a column.</exception>
    public static TableReader Open(string file, IReadOnlyList<string> columns)
    {
        FileStream? disk = null;
        try
        {
            var isJson = FirstByte(file) == '{';
            disk = Disk(file);
            var utf8 = new Utf8CheckedStream(Unzipped(disk), file);
            return isJson ? new NdjsonTableReader(file, disk, utf8, columns) : new CsvTableReader(file, disk, utf8, columns);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            disk?.Dispose();
            throw new DataSetException($"{file} cannot be read: {e.Message}", e);
        }
        catch
        {
            disk?.Dispose();
            throw;
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="DataSetException">The row is malformed.</exception>
    public bool Read()
    {
        try
        {
            return ReadRow();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // Such as a gzip file that was cut short.
            throw new DataSetException($"{File}:{Line + 1}: the file cannot be read further: {e.Message}", e);
        }
    }

    /// <summary>A field of the current row, <see langword="null"/> where it has none or an empty one.</summary>
    /// <param name="column">Index into <see cref="Columns"/>.</param>
    public abstract string? Field(int column);

    /// <summary>The error for the current row.</summary>
    public DataSetException Wrong(string what, Exception? innerException = null) => new($"{File}:{Line}: {what}", innerException);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract bool ReadRow();

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disk.Dispose();
        }
    }

    private static FileStream Disk(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);

    private static Stream Unzipped(FileStream disk)
    {
        Span<byte> magic = stackalloc byte[2];
        var isGzip = disk.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
        disk.Position = 0;
        return isGzip ? new BufferedStream(new GZipStream(disk, CompressionMode.Decompress), 1 << 16) : disk;
    }

    // The first byte of text, after a byte order mark and blank space.
    private static int FirstByte(string file)
    {
        using var disk = Disk(file);
        using var bytes = Unzipped(disk);
        int first;
        do
        {
            first = bytes.ReadByte();
        }
        while (first is 0xEF or 0xBB or 0xBF or ' ' or '\t' or '\r' or '\n');

        return first >= 0 ? first : throw new DataSetException($"{file} is empty; accepted is CSV with a header, or NDJSON");
    }
}
