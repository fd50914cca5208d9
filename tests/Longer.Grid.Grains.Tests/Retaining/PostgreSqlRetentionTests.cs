using Microsoft.Extensions.Hosting;

namespace Longer.Grid.Grains.Tests;

public sealed class PostgreSqlRetentionTests : RetentionTests, IClassFixture<PostgreSqlServer>
{
    private readonly GridDatabase _database;

    public PostgreSqlRetentionTests(PostgreSqlServer server)
    {
        _database = GridDatabase.Shared(server.NewDatabase());
        GridSchema.Migrate(_database);
    }

    protected override GridDatabase? Database => _database;

    [Fact]
    public void A_silo_that_is_to_keep_another_number_than_its_cluster_is_refused_with_both()
    {
        GridSettings.SetRetention(_database, Retention.Newest(20_000));

        Start(Retention.Newest(20_000));
        Start(null);
        var refused = Assert.Throws<StoreUnavailableException>(() => Start(Retention.Newest(12_345)));

        Assert.Contains("12345", refused.Message, StringComparison.Ordinal);
        Assert.Contains("20000", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Retention.Newest(20_000), GridSettings.ReadRetention(_database));

        void Start(Retention? retention) =>
            Host.CreateApplicationBuilder().UseOrleans(silo => silo.AddLongerServing(new ServingOptions { Database = _database, Retention = retention }));
    }

    [Fact]
    public void A_silo_that_is_to_keep_outcomes_for_another_time_than_its_cluster_is_refused_with_both()
    {
        GridSettings.SetOutcomeRetention(_database, OutcomeRetention.Of(hours: 48));

        Start(OutcomeRetention.Of(hours: 48));
        Start(null);
        var refused = Assert.Throws<StoreUnavailableException>(() => Start(OutcomeRetention.Of(hours: 5)));

        Assert.Contains("5h", refused.Message, StringComparison.Ordinal);
        Assert.Contains("2d", refused.Message, StringComparison.Ordinal);
        Assert.Equal(OutcomeRetention.Of(hours: 48), GridSettings.ReadOutcomeRetention(_database));

        void Start(OutcomeRetention? retention) =>
            Host.CreateApplicationBuilder().UseOrleans(silo => silo.AddLongerServing(new ServingOptions { Database = _database, OutcomeRetention = retention }));
    }
}
