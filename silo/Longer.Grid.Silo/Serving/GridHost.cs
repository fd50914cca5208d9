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
    /// <summary>For the calls that are being answered, and before that for the users to move.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(20);

    private readonly IHost _host;
    private bool _stopped;

    private GridHost(IHost host) => _host = host;

    /// <summary>Calls grains of this process.</summary>
    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>The store of a serving process.</summary>
    public IBehaviorStore Store => _host.Services.GetRequiredService<IBehaviorStore>();

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
            await grid.EndAsync();
            throw;
        }
    }

    /// <summary>Cancelled when somebody asked over the grid that this process ends.</summary>
    public CancellationToken DrainAsked => _host.Services.GetRequiredService<AskedDrain>().Token;

    /// <summary>Moves users to other silos, where there are some, answers what is being answered, refuses the rest, and closes the store.</summary>
    public async Task StopAsync()
    {
        _stopped = true;
        if (_host.Services.GetService<IUserDrain>() is { } users)
        {
            using var patience = new CancellationTokenSource(DrainTime, TimeProvider.System);
            await users.MoveAllAsync(patience.Token);
        }

        await _host.StopAsync(CancellationToken.None);
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

    /// <summary>Ends what a start that failed has begun; why it failed is what is told.</summary>
    private async Task EndAsync()
    {
        try
        {
            await DisposeAsync();
        }
        catch (InvalidOperationException)
        {
            // A silo that does not run yet cannot be stopped, and holds nothing.
        }
    }

    // Empty builders: no settings from files or the environment stand between the command line and the process.
    private static IHost Build(GridHostOptions options)
    {
        if (options.Http is not { } address)
        {
            var silent = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            Configure(silent, options);
            options.Exchange?.Invoke(silent.Services);
            return silent.Build();
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        Configure(builder, options);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(address.Bind);
        builder.Services.AddLongerGateway(new GatewayOptions { AllowUnauthenticated = options.AllowUnauthenticated, ConcurrentScores = options.ConcurrentScores });
        options.Exchange?.Invoke(builder.Services);
        return builder.Build().MapLongerGateway();
    }

    private static void Configure(IHostApplicationBuilder builder, GridHostOptions options)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton<AskedDrain>();
        builder.Services.AddSingleton<IDrain>(services => services.GetRequiredService<AskedDrain>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.Logging.AddLogLines(options.Verbose);
        builder.UseOrleans(silo => silo.UseLongerSilo(options));
        if (options.Cluster is { } seat && (options.Http is not null || options.Training is not null))
        {
            builder.Services.AddSingleton<IModelUploads>(_ => new DatabaseUploads(seat.Database.Open("uploads", GridConnections.Uploads), TimeProvider.System));
        }

        options.Training?.Invoke(builder.Services, options.Database);
        if (options.Http is not null && (options.Cluster is null || options.Model is not null))
        {
            // After the silo and before the server: hosted services start in the order of their registration, the server's last.
            builder.Services.AddHostedService(services =>
                new StartModel(services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<IModelUploads>(), options.Model));
        }
    }
}
