using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>Takes a checkpoint into the database, in pieces that are committed one by one: no other writer waits for all of it.</summary>
internal sealed class CheckpointStream(DbConnection connection, string checkpoint) : Stream
{
    private const int PieceBytes = 1 << 20;

    private readonly byte[] _piece = new byte[PieceBytes];
    private int _filled;
    private int _next;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => ((long)_next * PieceBytes) + _filled;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, PieceBytes - _filled);
            buffer[..count].CopyTo(_piece.AsSpan(_filled));
            buffer = buffer[count..];
            _filled += count;
            if (_filled == PieceBytes)
            {
                WritePiece();
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Writes the last piece. Only at the end.</summary>
    public override void Flush()
    {
        if (_filled > 0)
        {
            WritePiece();
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void WritePiece()
    {
        connection.Execute(
            null,
            $"INSERT INTO {TrainingStore.Chunks} (checkpoint, number, bytes) VALUES (@checkpoint, @number, @bytes)",
            ("checkpoint", checkpoint),
            ("number", _next++),
            ("bytes", _piece[.._filled]));
        _filled = 0;
    }
}
