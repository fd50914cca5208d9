namespace Longer.Grid.Grains.Tests;

public sealed class PostgreSqlTrainingStoreTests(PostgreSqlServer server) : TrainingStoreTests, IClassFixture<PostgreSqlServer>
{
    protected override GridDatabase Database { get; } = GridDatabase.Shared(server.NewDatabase());
}
