using System.Net;
using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary>A process's place in a cluster.</summary>
internal sealed record ClusterSeat
{
    /// <summary>What the cluster's processes share.</summary>
    public required GridDatabase Database { get; init; }

    /// <summary>Names the cluster among those that use the database.</summary>
    public required string ClusterId { get; init; }

    /// <summary>What the process is there for.</summary>
    public required SiloRole Roles { get; init; }

    /// <summary>Where the other silos reach this one; the port is chosen.</summary>
    public required IPEndPoint Silo { get; init; }

    /// <summary>Where gateways that are no silos reach it, at the same address.</summary>
    public required int ClientPort { get; init; }
}
