using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Longer.Grid.Training;

/// <summary>Passes bytes on and refuses those that are not UTF-8, naming the line: a decoder would replace them, or forget where they were.</summary>
internal sealed class Utf8CheckedStream(Stream inner, string file) : Stream
{
    // A character's first bytes, when the inner stream's last answer ended in its middle.
    private readonly byte[] _split = new byte[8];
    private int _splitBytes;
    private long _line = 1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var count = inner.Read(buffer);
        if (count == 0 && _splitBytes > 0)
        {
            throw Refused(_line);
        }

        Check(buffer[..count]);
        return count;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        while (_splitBytes > 0 && !bytes.IsEmpty)
        {
            _split[_splitBytes++] = bytes[0];
            bytes = bytes[1..];
            switch (Rune.DecodeFromUtf8(_split.AsSpan(0, _splitBytes), out _, out _))
            {
                case OperationStatus.Done:
                    _splitBytes = 0;
                    break;
                case OperationStatus.InvalidData:
                    throw Refused(_line);
            }
        }

        var whole = bytes[..^Unfinished(bytes)];
        if (!Utf8.IsValid(whole))
        {
            throw Refused(_line + whole[..FirstInvalid(whole)].Count((byte)'\n'));
        }

        _line += whole.Count((byte)'\n');
        if (whole.Length < bytes.Length)
        {
            bytes[whole.Length..].CopyTo(_split);
            _splitBytes = bytes.Length - whole.Length;
        }
    }

    // Bytes at the end that begin a character without finishing it: at most 3.
    private static int Unfinished(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            if (bytes[^back] >= 0xC0)
            {
                return Rune.DecodeFromUtf8(bytes[^back..], out _, out _) == OperationStatus.NeedMoreData ? back : 0;
            }
        }

        return 0;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var consumed) == OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }

    private DataSetException Refused(long line) => new($"{file}:{line}: there are bytes that are not UTF-8");
}
