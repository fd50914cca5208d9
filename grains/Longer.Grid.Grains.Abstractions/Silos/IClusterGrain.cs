using Orleans.Concurrency;

namespace Longer.Grid.Grains;

/// <summary>The silos of the grid. There is one such grain: key 0.</summary>
[Alias("longer.cluster")]
public interface IClusterGrain : IGrainWithIntegerKey
{
    /// <summary>All silos that are in the cluster now, with what the serving ones say of themselves.</summary>
    [AlwaysInterleave]
    [Alias("list")]
    Task<ClusterReport> ListAsync(CancellationToken cancellationToken);

    /// <summary>Has a serving silo move its users to the others, finish what runs, and end its process. Again, it does nothing.</summary>
    /// <param name="silo">Its id, as <see cref="ListAsync"/> gives it.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    /// <exception cref="UnknownSiloException">No serving silo of this id is in the cluster.</exception>
    [Alias("drain")]
    Task DrainAsync(string silo, CancellationToken cancellationToken);
}
