using System.Buffers;
using System.IO.Pipelines;

namespace Longer.Grid.Gateway;

/// <summary>What a connection is written through: one answer of the server can be replaced by one of ours, which is the last then.</summary>
internal sealed class AnswerWriter(PipeWriter connection) : PipeWriter
{
    private byte[]? _instead;
    private bool _written;
    private byte[] _unsaid = [];

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => connection.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => connection.UnflushedBytes;

    /// <summary>Has this written in place of whatever comes from now on. Only between two answers.</summary>
    public void WriteInstead(byte[] answer) => _instead = answer;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _instead is null ? connection.GetMemory(sizeHint) : Unsaid(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _instead is null ? connection.GetSpan(sizeHint) : Unsaid(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (_instead is null)
        {
            connection.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_instead is { } answer && !_written)
        {
            _written = true;
            connection.Write(answer);
        }

        return connection.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _instead is null ? connection.WriteAsync(source, cancellationToken) : FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => connection.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => connection.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => connection.CompleteAsync(exception);

    private byte[] Unsaid(int sizeHint)
    {
        if (_unsaid.Length < Math.Max(sizeHint, 1))
        {
            _unsaid = new byte[Math.Max(sizeHint, 4096)];
        }

        return _unsaid;
    }
}
