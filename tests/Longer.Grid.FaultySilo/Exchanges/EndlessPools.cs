using Longer.Grid.Gateway;
using Longer.Grid.Grains;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Longer.Grid.FaultySilo;

/// <summary>Uploads that take a connection each.</summary>
internal static class EndlessPools
{
    /// <summary>Puts them in the place of a serving silo's own.</summary>
    public static void ExchangeUploads(this IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(ServingOptions)) is { ImplementationInstance: ServingOptions { Database: var database } })
        {
            var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = GridConnections.ApplicationName("uploads") };
            services.AddSingleton<IModelUploads>(_ => new DatabaseUploads(NpgsqlDataSource.Create(settings), TimeProvider.System));
        }
    }
}
