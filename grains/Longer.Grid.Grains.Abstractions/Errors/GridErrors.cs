using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Longer.Grid.Grains;

/// <summary>How the grid's errors cross the wire.</summary>
public static class GridErrors
{
    // Beside those that Orleans allows by itself: the causes that an error of the grid may carry.
    private static readonly string[] CauseNamespaces = ["Longer.Grid", "Npgsql", "ZstdSharp"];

    /// <summary>Lets errors carry their causes; silos and clients both need it. A side that lacks a cause's type sees its name and message.</summary>
    public static IServiceCollection AddGridErrors(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.UnionWith(CauseNamespaces));
}
