namespace Longer.Grid.Grains.Tests;

/// <summary>What the feed of changes must hold on every database: nothing committed is missed, and nothing is read twice that did not change twice.</summary>
public abstract class ChangeFeedTests : IDisposable
{
    private readonly Lazy<(BehaviorStore Store, ChangeFeed Feed)> _opened;

    protected ChangeFeedTests() => _opened = new(() =>
    {
        GridSchema.Migrate(Database);
        return (new BehaviorStore(Database, unsafeDurability: false, TimeProvider.System), new ChangeFeed(Database));
    });

    protected abstract GridDatabase Database { get; }

    protected BehaviorStore Store => _opened.Value.Store;

    protected ChangeFeed Feed => _opened.Value.Feed;

    public void Dispose()
    {
        if (_opened.IsValueCreated)
        {
            Store.Dispose();
            Feed.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    // 1 cuts every change number that users share, 7 some, 1,000 none.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task Every_segment_is_read_once_whatever_the_size_of_a_page(int limit)
    {
        // Sent together, they share transactions, and so change numbers.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async user => await WriteAsync($"u{user}", await OwnAsync($"u{user}"), 0, 300)));

        var read = await ReadAllAsync(default, limit);

        Assert.Equal(
            Enumerable.Range(0, 40).SelectMany(user => new[] { ($"u{user}", 0L), ($"u{user}", 1L) }).Order(),
            read.Select(change => (change.UserId, change.Segment.Number)).Order());
        Assert.Equal(read.Select(change => change.Change).Order(), read.Select(change => change.Change));
        Assert.Equal((256L, 44), read.Where(change => change.Segment.Number == 1).Select(change => (change.Segment.FirstOrdinal, change.Segment.Count)).Distinct().Single());
    }

    [Fact]
    public async Task A_segment_that_is_rewritten_is_read_again_as_it_is_last()
    {
        var epoch = await OwnAsync("u");
        await WriteAsync("u", epoch, 0, 10);
        var first = await ReadAsync(default, 100);
        await WriteAsync("u", epoch, 10, 20);
        await WriteAsync("u", epoch, 20, 30);

        var second = await ReadAsync(first.Next, 100);

        Assert.Equal(10, Assert.Single(first.Changes).Segment.Count);
        Assert.Equal(30, Assert.Single(second.Changes).Segment.Count);
        Assert.Equal(30, SegmentCodec.Read(second.Changes[0].Segment.Events).Length);
        var third = await ReadAsync(second.Next, 100);
        Assert.Empty(third.Changes);
        Assert.Equal(second.Next, third.Next);
    }

    [Fact]
    public async Task A_reader_that_dies_between_two_pages_goes_on_where_it_was_and_reads_each_append_once()
    {
        var epoch = await OwnAsync("u");
        await WriteAsync("u", epoch, 0, 300);
        var first = await ReadAsync(default, 1);
        await WriteAsync("v", await OwnAsync("v"), 0, 5);

        using var successor = new ChangeFeed(Database);
        var second = await successor.ReadSegmentsAsync(first.Next, 100);

        Assert.Equal(
            [("u", 0L), ("u", 1L), ("v", 0L)],
            first.Changes.Concat(second.Changes).Select(change => (change.UserId, change.Segment.Number)));
    }

    [Fact]
    public async Task What_a_fenced_writer_wrote_and_what_was_erased_is_not_read()
    {
        var stale = await OwnAsync("u");
        await OwnAsync("u");
        Assert.False(await Store.WriteAsync("u", stale, 0, 10, replaces: false, Segments(0, 10)));
        var owner = await OwnAsync("gone");
        await WriteAsync("gone", owner, 0, 10);
        Assert.True(await Store.ForgetAsync("gone", owner, 10, onlyIfEmpty: false));

        Assert.Empty((await ReadAsync(default, 100)).Changes);
    }

    [Fact]
    public async Task A_history_that_is_replaced_is_read_again_from_its_first_segment()
    {
        var epoch = await OwnAsync("u");
        await WriteAsync("u", epoch, 0, 600);
        var before = (await ReadAsync(default, 100)).Next;
        Assert.True(await Store.WriteAsync("u", epoch, 600, 5, replaces: true, Segments(0, 5)));

        var segment = Assert.Single((await ReadAsync(before, 100)).Changes).Segment;

        Assert.Equal((0L, 5), (segment.Number, segment.Count));
    }

    [Fact]
    public async Task A_cursor_ahead_of_the_database_is_refused_and_not_waited_for()
    {
        await WriteAsync("u", await OwnAsync("u"), 0, 10);
        var cursor = (await ReadAsync(default, 100)).Next;

        var refused = await Assert.ThrowsAsync<ChangeCursorException>(() => Feed.ReadSegmentsAsync(cursor with { Change = cursor.Change + 1_000_000 }, 100));

        Assert.Contains("docs/operations.md", refused.Message, StringComparison.Ordinal);
    }

    // As a dump is restored into a new server: what it holds is of a higher number than anything that the server would give.
    [Fact]
    public async Task Numbers_ahead_of_the_server_are_refused_until_they_are_carried_on_and_no_reader_misses_what_follows()
    {
        var epoch = await OwnAsync("u");
        await WriteAsync("u", epoch, 0, 10);
        Run("UPDATE behavior_segment SET change = change + 5000000000");

        var refused = Assert.Throws<StoreUnavailableException>(() => GridSchema.Require(Database));
        Assert.Throws<StoreUnavailableException>(() => new BehaviorStore(Database, unsafeDurability: false, TimeProvider.System));
        Assert.True(GridSchema.Migrate(Database).CarriedChangesOn);
        Assert.False(GridSchema.Migrate(Database).CarriedChangesOn);
        GridSchema.Require(Database);

        Assert.Contains("longer-grid migrate", refused.Message, StringComparison.Ordinal);
        var old = await ReadAsync(default, 100);
        Assert.Equal(10, Assert.Single(old.Changes).Segment.Count);

        // The reader may have been ahead of the backup.
        await WriteAsync("u", epoch, 10, 20);
        Assert.Equal(20, Assert.Single((await ReadAsync(old.Next with { Change = old.Next.Change + 900_000_000 }, 100)).Changes).Segment.Count);
    }

    [Fact]
    public async Task An_unreachable_database_is_told_as_such()
    {
        await WriteAsync("u", await OwnAsync("u"), 0, 10);
        Run("ALTER TABLE behavior_segment RENAME TO elsewhere");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Feed.ReadSegmentsAsync(default, 100));
    }

    protected async Task<long> OwnAsync(string user) => (await Store.OpenAsync(user)).Epoch;

    protected async Task WriteAsync(string user, long epoch, int from, int to) =>
        Assert.True(await Store.WriteAsync(user, epoch, from, to, replaces: false, Segments(from / 256 * 256, to)));

    /// <summary>Reads a page once no transaction is under way: the server's own housekeeping holds a reading up for a moment.</summary>
    protected async Task<ChangePage<ChangedSegment>> ReadAsync(ChangeCursor after, int limit)
    {
        _ = Feed;
        await OutcomeFeed.SettledAsync(Database);
        return await Feed.ReadSegmentsAsync(after, limit);
    }

    protected async Task<List<ChangedSegment>> ReadAllAsync(ChangeCursor after, int limit)
    {
        var all = new List<ChangedSegment>();
        while (await ReadAsync(after, limit) is { Changes.Count: > 0 } page)
        {
            Assert.InRange(page.Changes.Count, 1, limit);
            all.AddRange(page.Changes);
            after = page.Next;
        }

        return all;
    }

    protected void Run(params string[] statements)
    {
        using var source = Database.Open("test", 1);
        using var connection = source.OpenConnection();
        foreach (var statement in statements)
        {
            connection.Execute(null, statement);
        }
    }

    private static IReadOnlyList<StoredSegment> Segments(int from, int to) =>
        [.. Enumerable.Range(from, to - from).Chunk(StoredSegment.Capacity)
            .Select(chunk => new StoredSegment(
                chunk[0] / StoredSegment.Capacity,
                chunk[0],
                chunk.Length,
                SegmentCodec.Write([.. chunk.Select(i => new BehaviorEvent($"{i}", "play", 1_700_000_000_000 + i, []))])))];
}
