using System.Net;
using System.Net.Sockets;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Longer.Grid.Gateway.Tests;

/// <summary>A silo with its store in a folder of its own and the gateway in front, as one process runs them.</summary>
public sealed class RealGrid : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RealGrid(WebApplication app, DirectoryInfo data)
    {
        _app = app;
        Data = data;
        Client = new GatewayClient(new Uri(app.Urls.Single()));
    }

    public DirectoryInfo Data { get; }

    public GatewayClient Client { get; }

    public static async Task<RealGrid> StartAsync(EngineOptions? engine = null)
    {
        var data = Directory.CreateTempSubdirectory("longer-gateway-tests-");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.UseOrleans(silo =>
        {
            var port = FreePort();
            silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, port), "gateway-tests", $"gateway-tests-{port}");
            silo.Configure<ClusterMembershipOptions>(membership => membership.NumVotesForDeathDeclaration = 1);
            silo.AddLongerServing(ServingOptions.Embedded(data.FullName) with { Engine = engine ?? new EngineOptions { Workers = 1, KvBudgetBytes = 64 << 20 } });
        });
        builder.Services.AddLongerGateway(new GatewayOptions());
        var app = builder.Build().MapLongerGateway();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, data);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Data.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
