using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Longer.Grid.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Longer.Grid.Gateway.Tests;

/// <summary>The gateway on a real server on loopback, over <see cref="FakeGrid"/>.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayHost(WebApplication app, FakeGrid grid, FakeTimeProvider time)
    {
        _app = app;
        Grid = grid;
        Time = time;
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public FakeGrid Grid { get; }

    public FakeTimeProvider Time { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<GatewayHost> StartAsync(GatewayOptions? options = null, string url = "http://127.0.0.1:0")
    {
        var grid = new FakeGrid();
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-01-31T12:00:00Z"));
        // The least that a host may bring; a silo's is such a one.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IGrainFactory>(grid);
        builder.Services.AddSingleton<IModelStore>(grid.Store);
        builder.Services.AddLongerGateway(options ?? new());
        var app = builder.Build();
        app.MapLongerGateway();
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new(app, grid, time);
    }

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
    public async Task<string> SendRawAsync(ReadOnlyMemory<byte> bytes, bool closeSending = false)
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
            if (count == 0 || IsWhole(text))
            {
                return text;
            }
        }
    }

    public Task<string> SendRawAsync(string text, bool closeSending = false) => SendRawAsync(Encoding.UTF8.GetBytes(text), closeSending);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

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

/// <summary>An answer of the gateway.</summary>
public sealed record Answer(int Status, string? ContentType, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Last part of the problem's type.</summary>
    public string? Problem => ContentType == "application/problem+json" ? Json.GetProperty("type").GetString()!.Split(':')[^1] : null;

    /// <summary>Where the problems are.</summary>
    public string[] Paths => Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray().Select(e => e.GetProperty("path").GetString()!)] : [];
}
