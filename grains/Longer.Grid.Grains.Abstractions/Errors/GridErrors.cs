using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Longer.Grid.Grains;

/// <summary>How the grid's errors cross the wire.</summary>
public static class GridErrors
{
    // Beside those that Orleans allows by itself: the causes that an error of the grid may carry and that every process of a grid has. A process that
    // lacks the assembly of a type in a message cannot read the message.
    private static readonly string[] CauseNamespaces = ["Longer.Grid.Grains", "Npgsql"];

    /// <summary>Lets errors carry their causes; silos and clients both need it. A cause of a type that a gateway lacks must not be carried: the gateway could not read the answer.</summary>
    public static IServiceCollection AddGridErrors(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.UnionWith(CauseNamespaces));
}
