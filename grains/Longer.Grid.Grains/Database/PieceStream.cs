using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>Bytes that the database keeps in numbered pieces, read piece by piece: they may be more than memory.</summary>
/// <param name="source">Connections; one is taken for each piece.</param>
/// <param name="read">Asks for a piece; its <c>@number</c> is added.</param>
/// <param name="length">Of all pieces together; <see langword="null"/> where only reading tells.</param>
internal sealed class PieceStream(DbDataSource source, SqlStatement read, long? length) : Stream
{
    private byte[] _piece = [];
    private int _at;
    private int _next;
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length ?? throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
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
            using var connection = source.OpenConnection();
            using var command = connection.Command(null, read.Text, [.. read.Parameters, ("number", _next++)]);
            (_piece, _at) = (command.ExecuteScalar() as byte[] ?? [], 0);
            return _piece.Length > 0;
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException($"The database cannot be read: {e.Message}", e);
        }
    }
}
