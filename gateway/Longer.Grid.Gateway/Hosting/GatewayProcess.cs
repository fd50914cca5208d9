using System.Data.Common;
using Longer.Grid.Grains;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;
using Orleans.Configuration;

namespace Longer.Grid.Gateway;

/// <summary>A gateway that is a process of its own: it answers HTTP and reaches the cluster as a client, which finds its silos by the database.</summary>
internal static class GatewayProcess
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookForSilosEvery = TimeSpan.FromSeconds(5);

    /// <summary>Runs until the process is told to end.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        try
        {
            var options = GatewayProcessOptions.Read(args, Environment.GetEnvironmentVariable(GatewayProcessOptions.ClusterVariable));
            await using var app = Build(options);
            await output.WriteLineAsync($"Longer.Grid gateway: looking for a serving silo of cluster {options.ClusterId}.");
            await app.StartAsync();
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            await output.WriteLineAsync($"Longer.Grid gateway is answering. Ctrl-C stops it.{Environment.NewLine}  address  {address}");
            await app.WaitForShutdownAsync();
            return Done;
        }
        catch (ArgumentException e)
        {
            await error.WriteLineAsync($"longer-gateway: {e.Message}");
            return Usage;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or DbException)
        {
            await error.WriteLineAsync($"longer-gateway: {e.GetBaseException().Message}".ReplaceLineEndings(" "));
            return Failed;
        }
    }

    /// <summary>The gateway, not started yet.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    internal static WebApplication Build(GatewayProcessOptions options)
    {
        var database = NpgsqlDataSource.Create(Bounded(options.Cluster, "uploads", GridConnections.Uploads));
        var orleans = Bounded(options.Cluster, "orleans", GridConnections.Orleans);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options.Http);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<DbDataSource>(database);
        builder.Services.AddSingleton<IModelUploads, DatabaseUploads>();
        builder.Services.AddLongerGateway(new GatewayOptions { AllowUnauthenticated = options.AllowUnauthenticated, ConcurrentScores = options.ConcurrentScores });
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ClusterId));
            client.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (GridCluster.Invariant, orleans));
            client.Configure<Orleans.Configuration.GatewayOptions>(silos => silos.GatewayListRefreshPeriod = LookForSilosEvery);
            client.UseConnectionRetryFilter(static async (_, cancellationToken) =>
            {
                // The cluster may come later than its gateways: they wait for it.
                await Task.Delay(RetryEvery, TimeProvider.System, cancellationToken);
                return true;
            });
        });
        return builder.Build().MapLongerGateway();
    }

    /// <summary>A connection string whose pool holds at most so many connections; fewer where it says so itself.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    private static string Bounded(string cluster, string part, int connections)
    {
        var settings = new NpgsqlConnectionStringBuilder(cluster);
        settings.MaxPoolSize = GridConnections.PoolSize(settings.MaxPoolSize, connections);
        settings.MinPoolSize = Math.Min(settings.MinPoolSize, settings.MaxPoolSize);
        settings.ApplicationName ??= GridConnections.ApplicationName(part);
        return settings.ConnectionString;
    }
}
