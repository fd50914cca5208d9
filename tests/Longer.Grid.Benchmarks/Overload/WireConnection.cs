using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Longer.Grid.Benchmarks;

/// <summary>
/// One connection that sends bytes made beforehand and reads an answer's status and length: the least that a caller can cost, since it takes its time
/// from the same processors as the grid.
/// </summary>
internal sealed class WireConnection : IDisposable
{
    private const int StatusAt = 9;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 << 10];

    /// <summary>Opens one.</summary>
    public WireConnection(IPEndPoint gateway) => _socket.Connect(gateway);

    /// <summary>Whether the last answer said that it is a problem, and when to come again.</summary>
    public bool IsTypedRefusal { get; private set; }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <returns>The answer's status.</returns>
    /// <exception cref="InvalidDataException">It is none that this can read.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async ValueTask<int> AskAsync(ReadOnlyMemory<byte> request)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += await _socket.SendAsync(request[sent..], SocketFlags.None).ConfigureAwait(false);
        }

        for (var (count, whole) = (0, int.MaxValue); ;)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(count), SocketFlags.None).ConfigureAwait(false);
            count += read;
            if (read == 0)
            {
                throw new InvalidDataException("The connection ended within an answer.");
            }

            if (whole == int.MaxValue && _buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) is var end and >= 0)
            {
                whole = end + 4 + LengthOf(_buffer.AsSpan(0, end));
            }

            if (count >= whole)
            {
                var head = _buffer.AsSpan(0, count);
                return Utf8Parser.TryParse(head[StatusAt..], out int status, out _) ? Told(status, head) : throw new InvalidDataException("An answer without a status.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : throw new InvalidDataException("An answer without a length.");
    }

    private int Told(int status, ReadOnlySpan<byte> answer)
    {
        IsTypedRefusal = status is 503 or 429 && answer.IndexOf("\r\nRetry-After: "u8) >= 0 && answer.IndexOf("application/problem+json"u8) >= 0;
        return status;
    }
}
