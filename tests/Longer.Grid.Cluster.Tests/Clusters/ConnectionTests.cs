using Longer.Grid.Grains;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A database takes only so many connections, and refuses every process once they are gone: how many a cluster takes is known beforehand.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_storm_of_users_and_uploads_takes_no_more_connections_than_the_sum_that_is_told()
    {
        var verdict = await ConnectionScenario.RunAsync();

        Assert.InRange(verdict.Of("behaviors"), 0, ConnectionScenario.Silos * GridConnections.Behaviors);
        Assert.InRange(verdict.Of("models"), 0, ConnectionScenario.Silos * GridConnections.Models);
        Assert.InRange(verdict.Of("uploads"), 0, ConnectionScenario.Processes * GridConnections.Uploads);
        Assert.InRange(verdict.Of("orleans"), 0, ConnectionScenario.Processes * GridConnections.Orleans);
        Assert.InRange(verdict.Most[ConnectionVerdict.All], 0, (ConnectionScenario.Silos * GridConnections.Silo) + GridConnections.Gateway);
        Assert.Equal(Kept.Everything, verdict.Kept);
    }

    [Fact]
    public async Task Without_bounds_on_pools_it_takes_more() =>
        Assert.True((await ConnectionScenario.RunAsync(without: "pool-bounds")).Of("uploads") > ConnectionScenario.Processes * GridConnections.Uploads);
}
