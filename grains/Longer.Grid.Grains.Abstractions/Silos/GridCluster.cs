namespace Longer.Grid.Grains;

/// <summary>What the processes of a cluster, silos and gateways alike, have to agree about.</summary>
public static class GridCluster
{
    /// <summary>Names a cluster among those that use one database, where no other name is given.</summary>
    public const string DefaultId = "longer-grid";

    /// <summary>Orleans' name of the driver of the database that a cluster shares.</summary>
    public const string Invariant = "Npgsql";
}
