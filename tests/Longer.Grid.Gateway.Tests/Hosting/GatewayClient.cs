using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

namespace Longer.Grid.Gateway.Tests;

/// <summary>Speaks to a gateway: HTTP as clients send it, and bytes as none does.</summary>
public sealed class GatewayClient(Uri address) : IDisposable
{
    public Uri Address => address;

    public HttpClient Http { get; } = new() { BaseAddress = address };

    /// <summary>Sends a body of a content type.</summary>
    public async Task<Answer> SendAsync(string method, string target, string? body = null, string contentType = "application/json") =>
        await SendAsync(method, target, body is null ? null : new StringContent(body, Encoding.UTF8) { Headers = { ContentType = new(contentType) } });

    public async Task<Answer> SendAsync(string method, string target, HttpContent? content)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target) { Content = content };
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<Answer> PostAsync<T>(string target, T body) => SendAsync("POST", target, JsonContent.Create(body));

    /// <summary>Sends bytes as they are and reads until the server closes, or until one whole answer is there.</summary>
    public async Task<string> SendRawAsync(ReadOnlyMemory<byte> bytes, bool closeSending = false, bool untilClosed = false)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Address.Host, Address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(bytes, TestContext.Current.CancellationToken);
        if (closeSending)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        var answer = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (true)
        {
            int count;
            try
            {
                count = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                count = 0; // a reset ends an answer as well as a close
            }

            answer.Write(buffer, 0, count);
            var text = Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
            if (count == 0 || (!untilClosed && IsWhole(text)))
            {
                return text;
            }
        }
    }

    public Task<string> SendRawAsync(string text, bool closeSending = false, bool untilClosed = false) => SendRawAsync(Encoding.UTF8.GetBytes(text), closeSending, untilClosed);

    public void Dispose() => Http.Dispose();

    private static bool IsWhole(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        const string Header = "Content-Length: ";
        var length = answer.IndexOf(Header, StringComparison.Ordinal);
        return length >= 0 && length < end
            && Encoding.UTF8.GetByteCount(answer.AsSpan(end + 4)) >= int.Parse(answer.AsSpan(length + Header.Length, answer.IndexOf('\r', length) - length - Header.Length));
    }
}
