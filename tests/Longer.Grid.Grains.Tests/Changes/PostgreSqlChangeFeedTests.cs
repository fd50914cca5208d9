using Npgsql;

namespace Longer.Grid.Grains.Tests;

public sealed class PostgreSqlChangeFeedTests(PostgreSqlServer server) : ChangeFeedTests, IClassFixture<PostgreSqlServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected override GridDatabase Database { get; } = GridDatabase.Shared(server.NewDatabase());

    [Fact]
    public async Task A_lower_number_that_commits_later_is_seen_and_seen_once()
    {
        await WriteAsync("before", await OwnAsync("before"), 0, 10);
        var (held, after) = (await OwnAsync("held"), await OwnAsync("after"));
        await using var connection = await OpenAsync(Database.ConnectionString);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await ExecuteAsync(
            connection, $"INSERT INTO behavior_segment (user_id, segment, first_ordinal, count, events, change) VALUES ('held', 0, 0, 1, '', {Database.Dialect.NextChange})");

        // A higher number, committed while the lower one is not.
        await WriteAsync("after", after, 0, 10);
        var first = await Feed.ReadSegmentsAsync(default, 100);
        await WriteAsync("after", after, 10, 20);
        var second = await Feed.ReadSegmentsAsync(first.Next, 100);
        await transaction.CommitAsync(Token);
        var third = await ReadAsync(second.Next, 100);

        Assert.Equal(["before"], first.Changes.Select(change => change.UserId));
        Assert.Empty(second.Changes);
        Assert.Equal(["held", "after"], third.Changes.Select(change => change.UserId));
        Assert.Equal(20, third.Changes[1].Segment.Count);
        Assert.True(third.Changes[0].Change < third.Changes[1].Change);
        Assert.Empty((await ReadAsync(third.Next, 100)).Changes);
    }

    [Fact]
    public async Task A_writer_that_is_undone_leaves_nothing_and_holds_nobody_up_any_more()
    {
        var after = await OwnAsync("after");
        await using var connection = await OpenAsync(Database.ConnectionString);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await ExecuteAsync(
            connection, $"INSERT INTO behavior_segment (user_id, segment, first_ordinal, count, events, change) VALUES ('held', 0, 0, 1, '', {Database.Dialect.NextChange})");
        await WriteAsync("after", after, 0, 10);
        Assert.Empty((await Feed.ReadSegmentsAsync(default, 100)).Changes);

        await transaction.RollbackAsync(Token);

        Assert.Equal(["after"], (await ReadAsync(default, 100)).Changes.Select(change => change.UserId));
    }

    // The statement of version 3, which knows nothing of change numbers: such silos run on while newer ones replace them.
    [Fact]
    public async Task What_a_silo_of_an_older_version_writes_is_read_once_for_each_write()
    {
        const string Older = """
            INSERT INTO behavior_segment (user_id, segment, first_ordinal, count, events) VALUES ('u', 0, 0, @count, '')
            ON CONFLICT (user_id, segment) DO UPDATE SET count = excluded.count, events = excluded.events
            """;
        _ = Store;
        await using var connection = await OpenAsync(Database.ConnectionString);
        var cursor = default(ChangeCursor);
        for (var count = 1; count <= 3; count++)
        {
            await ExecuteAsync(connection, Older.Replace("@count", $"{count}", StringComparison.Ordinal));
            var page = await ReadAsync(cursor, 100);
            Assert.Equal(count, Assert.Single(page.Changes).Segment.Count);
            cursor = page.Next;
        }

        Assert.Empty((await ReadAsync(cursor, 100)).Changes);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // A constant of the test.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
    }
}
