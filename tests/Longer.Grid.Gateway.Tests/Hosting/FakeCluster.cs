using Longer.Grid.Grains;

namespace Longer.Grid.Gateway.Tests;

/// <summary>A cluster of one serving silo and one that only answers HTTP.</summary>
public sealed class FakeCluster(FakeGrid grid) : IClusterGrain
{
    public const string Silo = "127.0.0.1:11111@7";

    private bool _draining;

    public async Task<ClusterReport> ListAsync(CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("cluster", cancellationToken);
        return new([
            new(Silo, "Silo_1", ["serve", "gateway"], "active", new(new string('a', 64), "cpu", 1 << 30, 1 << 20, 2, 3, 0, UnsafeDurability: false, _draining, _draining ? new(new string('b', 64), 5, 8) : null, new(new string('c', 64), 10), _draining ? new string('d', 64) : null)),
            new("127.0.0.1:11112@7", "Silo_2", ["gateway"], "joining", Report: null),
        ]);
    }

    public async Task DrainAsync(string silo, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("drain", cancellationToken);
        if (silo != Silo)
        {
            throw new UnknownSiloException($"No serving silo {silo} is in the cluster.");
        }

        grid.Change();
        _draining = true;
    }
}
