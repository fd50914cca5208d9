using Microsoft.Data.Sqlite;

namespace Longer.Grid.Grains.Tests;

public sealed class SqliteSchemaTests : GridSchemaTests, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("longer-schema-");

    protected override GridDatabase Database => GridDatabase.Embedded(_folder.FullName);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }
}
