using Microsoft.Data.Sqlite;

namespace Longer.Grid.Grains.Tests;

public sealed class SqliteChangeFeedTests : ChangeFeedTests
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"longer-{Guid.NewGuid():N}.db");

    protected override GridDatabase Database => new(SqlDialect.Sqlite, $"Data Source={_file}");

    [Fact]
    public async Task What_is_not_committed_yet_is_read_once_it_is()
    {
        var epoch = await OwnAsync("u");
        using var source = Database.Open("test", 1);
        using var connection = source.OpenConnection();
        Database.Dialect.Prepare(connection, unsafeDurability: false);
        Task write;
        using (var transaction = ((SqliteConnection)connection).BeginTransaction())
        {
            connection.Execute(transaction, Database.Dialect.AdvanceChange!);
            connection.Execute(
                transaction, $"INSERT INTO behavior_segment (user_id, segment, first_ordinal, count, events, change) VALUES ('held', 0, 0, 1, x'00', {Database.Dialect.NextChange})");
            write = WriteAsync("u", epoch, 0, 10);
            Assert.Empty((await Feed.ReadSegmentsAsync(default, 100)).Changes);
            transaction.Commit();
        }

        await write;
        Assert.Equal(["held", "u"], (await Feed.ReadSegmentsAsync(default, 100)).Changes.Select(change => change.UserId));
    }
}
