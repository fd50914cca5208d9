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
        Client = new GatewayClient(new Uri(app.Urls.Single()));
    }

    public FakeGrid Grid { get; }

    public FakeTimeProvider Time { get; }

    public GatewayClient Client { get; }

    public Uri Address => Client.Address;

    public HttpClient Http => Client.Http;

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
        builder.Services.AddSingleton<IModelUploads>(grid.Store);
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

    public Task<Answer> SendAsync(string method, string target, string? body = null, string contentType = "application/json") =>
        Client.SendAsync(method, target, body, contentType);

    public Task<Answer> SendAsync(string method, string target, HttpContent? content) => Client.SendAsync(method, target, content);

    public Task<Answer> PostAsync<T>(string target, T body) => Client.PostAsync(target, body);

    public Task<string> SendRawAsync(string text, bool closeSending = false, bool untilClosed = false) => Client.SendRawAsync(text, closeSending, untilClosed);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
