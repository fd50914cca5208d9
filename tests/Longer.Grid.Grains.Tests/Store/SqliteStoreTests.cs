namespace Longer.Grid.Grains.Tests;

public sealed class SqliteStoreTests : BehaviorStoreTests
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"longer-{Guid.NewGuid():N}.db");

    protected override GridDatabase Database => new(SqlDialect.Sqlite, $"Data Source={_file}");

    [Fact]
    public async Task A_full_disk_refuses_the_write_and_keeps_what_was_committed()
    {
        GridSchema.Migrate(Database);
        using var store = new BehaviorStore(Database with { Dialect = new SmallDisk() }, unsafeDurability: false, TimeProvider.System);
        var epoch = (await store.OpenAsync("u")).Epoch;
        var random = new Random(1);
        var (next, written) = (0, true);
        while (written && next < 100_000)
        {
            // Random ids: nothing to compress.
            BehaviorEvent[] events = [.. Enumerable.Range(0, 256).Select(_ => new BehaviorEvent($"{random.NextInt64()}", "play", random.NextInt64(), []))];
            try
            {
                Assert.True(await store.WriteAsync("u", epoch, next, next + 256, replaces: false, [new(next / 256, next, 256, SegmentCodec.Write(events))]));
                next += 256;
            }
            catch (StoreUnavailableException)
            {
                written = false;
            }
        }

        Assert.False(written);
        Assert.Equal(next, (await store.ReadHeadAsync("u"))!.NextOrdinal);
        Assert.Equal(next / 256, (await store.ReadSegmentsAsync("u", 0, long.MaxValue)).Count);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_by_name()
    {
        File.WriteAllText(_file, string.Concat(Enumerable.Repeat("this is no database. ", 500)));

        var refused = Assert.Throws<StoreUnavailableException>(Open);

        Assert.Contains("not a database", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>SQLite with room for some hundred pages: past them it says that the disk is full.</summary>
    private sealed class SmallDisk : SqliteDialect
    {
        public override void Prepare(System.Data.Common.DbConnection connection, bool unsafeDurability)
        {
            base.Prepare(connection, unsafeDurability);
            Ask(connection, "PRAGMA max_page_count = 200");
        }
    }
}
