using Npgsql;

namespace Longer.Grid.Grains.Tests;

public sealed class PostgreSqlStoreTests(PostgreSqlServer server) : BehaviorStoreTests, IClassFixture<PostgreSqlServer>
{
    protected override GridDatabase Database { get; } = new(SqlDialect.PostgreSql, server.NewDatabase());

    [Fact]
    public void A_database_whose_commits_do_not_survive_power_loss_is_refused_unless_that_is_allowed()
    {
        GridSchema.Migrate(Database);
        using (var connection = new NpgsqlConnection(Database.ConnectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A name made by the test.
            command.CommandText = $"ALTER DATABASE {connection.Database} SET synchronous_commit = off";
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        NpgsqlConnection.ClearAllPools();
        var refused = Assert.Throws<StoreUnavailableException>(Open);
        new BehaviorStore(Database, unsafeDurability: true, TimeProvider.System).Dispose();

        Assert.Contains("synchronous_commit is off", refused.Message, StringComparison.Ordinal);
    }
}
