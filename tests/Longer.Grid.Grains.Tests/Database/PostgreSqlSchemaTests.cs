namespace Longer.Grid.Grains.Tests;

public sealed class PostgreSqlSchemaTests(PostgreSqlServer server) : GridSchemaTests, IClassFixture<PostgreSqlServer>
{
    protected override GridDatabase Database { get; } = GridDatabase.Shared(server.NewDatabase());

    protected override IReadOnlyList<string> Unstamped =>
    [
        "DROP TRIGGER stamp_change ON behavior_segment", "DROP FUNCTION store_stamp_change", "ALTER TABLE behavior_segment ALTER COLUMN change DROP DEFAULT", "DROP FUNCTION store_next_change",
    ];
}
