namespace Longer.Grid.Grains.Tests;

public sealed class PostgreSqlSchemaTests(PostgreSqlServer server) : GridSchemaTests, IClassFixture<PostgreSqlServer>
{
    protected override GridDatabase Database { get; } = GridDatabase.Shared(server.NewDatabase());
}
