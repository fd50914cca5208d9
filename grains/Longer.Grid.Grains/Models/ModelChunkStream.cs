using System.Data.Common;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>A model's part as the database keeps it, read piece by piece: a model may be larger than memory.</summary>
internal sealed class ModelChunkStream : Stream
{
    private readonly DbDataSource _source;
    private readonly string _uploadId;
    private readonly ModelPart _part;
    private byte[] _piece = [];
    private int _at;
    private int _next;
    private long _position;

    private ModelChunkStream(DbDataSource source, string uploadId, ModelPart part, long length)
    {
        (_source, _uploadId, _part) = (source, uploadId, part);
        Length = length;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Opens a part; <see langword="null"/> where it was never written.</summary>
    public static ModelChunkStream? Open(DbDataSource source, DbConnection connection, string uploadId, ModelPart part)
    {
        using var command = connection.Command(
            null, "SELECT sum(length(bytes)) FROM model_chunk WHERE upload_id = @upload AND part = @part", ("upload", uploadId), ("part", (int)part));
        return command.ExecuteScalar() is { } length and not DBNull
            ? new(source, uploadId, part, Convert.ToInt64(length, CultureInfo.InvariantCulture))
            : null;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_at == _piece.Length && !TryNextPiece())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _piece.Length - _at);
        _piece.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool TryNextPiece()
    {
        try
        {
            using var connection = _source.OpenConnection();
            using var command = connection.Command(
                null,
                "SELECT bytes FROM model_chunk WHERE upload_id = @upload AND part = @part AND number = @number",
                ("upload", _uploadId),
                ("part", (int)_part),
                ("number", _next++));
            (_piece, _at) = (command.ExecuteScalar() as byte[] ?? [], 0);
            return _piece.Length > 0;
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException($"The model store cannot be read: {e.Message}", e);
        }
    }
}
