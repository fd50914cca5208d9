using Longer.Grid.Gateway;
using Longer.Grid.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Longer.Grid.Silo;

/// <summary>A whole grid in this process: a silo of its own, the store under one folder and, where asked, the gateway.</summary>
internal sealed class GridHost : IAsyncDisposable
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(20);

    private readonly IHost _host;
    private bool _stopped;

    private GridHost(IHost host) => _host = host;

    /// <summary>Calls grains of this process.</summary>
    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Where the gateway listens, its port chosen.</summary>
    public Uri Url => new(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a grid; HTTP is served once a model given to it is active.</summary>
    /// <exception cref="CommandException">The address cannot be listened on, or the device cannot be used.</exception>
    /// <exception cref="ModelRejectedException">The model is broken or does not fit.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be used.</exception>
    public static async Task<GridHost> StartAsync(GridHostOptions options, CancellationToken cancellationToken)
    {
        if (options.Http is { } address)
        {
            FreePort.Require(address);
        }

        DeviceCheck.Require(options.Device);
        var grid = new GridHost(Build(options));
        try
        {
            await grid._host.StartAsync(cancellationToken);
            return grid;
        }
        catch
        {
            await grid.DisposeAsync();
            throw;
        }
    }

    /// <summary>Answers what is being answered, refuses the rest, and closes the store.</summary>
    public Task StopAsync()
    {
        _stopped = true;
        return _host.StopAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Also after a start or a piece of work that failed: a silo ends in its own order, or complains.
        if (!_stopped)
        {
            await StopAsync();
        }

        // A WebApplication disposes asynchronously, a plain host may not.
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
        else
        {
            _host.Dispose();
        }
    }

    // Empty builders: no settings from files or the environment stand between the command line and the process.
    private static IHost Build(GridHostOptions options)
    {
        if (options.Http is not { } address)
        {
            var silent = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            Configure(silent, options);
            return silent.Build();
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        Configure(builder, options);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(address.Bind);
        builder.Services.AddLongerGateway(new GatewayOptions { AllowUnauthenticated = options.AllowUnauthenticated });
        return builder.Build().MapLongerGateway();
    }

    private static void Configure(IHostApplicationBuilder builder, GridHostOptions options)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.Logging.AddLogLines(options.Verbose);
        builder.UseOrleans(silo => silo.UseLongerSilo(options));
        if (options.Http is not null)
        {
            // After the silo and before the server: hosted services start in the order of their registration, the server's last.
            builder.Services.AddHostedService(services =>
                new StartModel(services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<IModelUploads>(), options.Model));
        }
    }
}
