namespace Longer.Grid.Grains.Tests;

public sealed class SqliteTrainingStoreTests : TrainingStoreTests
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"longer-{Guid.NewGuid():N}.db");

    protected override GridDatabase Database => new(SqlDialect.Sqlite, $"Data Source={_file}");
}
