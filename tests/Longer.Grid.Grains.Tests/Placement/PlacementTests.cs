namespace Longer.Grid.Grains.Tests;

/// <summary>Where grains really are, on silos that are members of one cluster.</summary>
public sealed class PlacementTests
{
    [Fact]
    public async Task Ten_thousand_users_spread_evenly_over_four_silos_and_stay_and_a_fifth_only_takes()
    {
        const int Users = 10_000;
        await using var silos = await ManySilos.StartAsync([.. Enumerable.Repeat(ManySilos.Serving(), 4)]);
        await silos.SettledAsync(serving: 4);

        var placed = await silos.PlacedAsync(Users);

        var counts = placed.Values.CountBy(silo => silo).ToDictionary();
        Assert.Equal(4, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, Users / 4 / 1.15, Users / 4 * 1.15));
        Assert.Equal(placed, await silos.PlacedAsync(Users));

        var joined = await silos.JoinAsync();
        await silos.SettledAsync(serving: 5);
        var after = await silos.PlacedAsync(Users);

        var moved = after.Where(user => user.Value != placed[user.Key]).ToList();
        Assert.All(moved, user => Assert.Equal(joined.Name, user.Value));
        Assert.InRange(moved.Count, Users / 5 / 1.15, Users / 5 * 1.15);
        Assert.All(after.Values.CountBy(silo => silo), silo => Assert.InRange(silo.Value, Users / 5 / 1.15, Users / 5 * 1.15));
    }

    [Fact]
    public async Task A_silo_with_twice_the_memory_gets_twice_the_users()
    {
        const int Users = 4_000;
        await using var silos = await ManySilos.StartAsync(ManySilos.Serving(64 << 20), ManySilos.Serving(64 << 20), ManySilos.Serving(128 << 20));
        await silos.SettledAsync(serving: 3);

        var counts = (await silos.PlacedAsync(Users)).Values.CountBy(silo => silo).Select(silo => silo.Value).Order().ToList();

        Assert.Equal(3, counts.Count);
        Assert.All(counts.Take(2), count => Assert.InRange(count, Users / 4 / 1.1, Users / 4 * 1.1));
        Assert.InRange(counts[2], Users / 2 / 1.1, Users / 2 * 1.1);
    }

    // Every silo of such a cluster could run every grain: only what it says it is there for keeps grains away.
    [Fact]
    public async Task Users_the_registry_and_the_cluster_grain_are_on_serving_silos_alone()
    {
        await using var silos = await ManySilos.StartAsync(
            new SiloFacts(SiloRole.Gateway, 0), ManySilos.Serving(), new SiloFacts(SiloRole.Train, 0), new SiloFacts(SiloRole.Serve | SiloRole.Gateway, 64 << 20));
        await silos.SettledAsync(serving: 2);
        var serving = new[] { silos.Silos[1], silos.Silos[3] };

        var placed = await silos.PlacedAsync(500);

        Assert.Equal(serving.Select(silo => silo.Name).Order(), placed.Values.Distinct().Order());
        var management = silos.Grains.GetGrain<IManagementGrain>(0);
        var (registry, cluster) = (silos.Grains.GetGrain<IModelRegistryGrain>(0), silos.Grains.GetGrain<IClusterGrain>(0));
        await registry.ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, (await cluster.ListAsync(TestContext.Current.CancellationToken)).Silos.Length);
        foreach (var grain in new IAddressable[] { registry, cluster })
        {
            Assert.Contains(await management.GetActivationAddress(grain, TestContext.Current.CancellationToken), serving.Select(silo => silo.SiloAddress));
        }
    }
}
