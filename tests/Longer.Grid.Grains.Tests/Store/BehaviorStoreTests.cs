namespace Longer.Grid.Grains.Tests;

/// <summary>What every database under the behaviour store must hold.</summary>
public abstract class BehaviorStoreTests : IDisposable
{
    private readonly Lazy<BehaviorStore> _store;

    protected BehaviorStoreTests() => _store = new(() =>
    {
        GridSchema.Migrate(Database);
        return Open();
    });

    protected abstract GridDatabase Database { get; }

    private BehaviorStore Store => _store.Value;

    public void Dispose()
    {
        if (_store.IsValueCreated)
        {
            Store.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Events_come_back_as_they_were_written_after_the_store_is_opened_again()
    {
        var events = Events(0, 300);
        await AppendAsync("u", (await Store.OpenAsync("u")).Epoch, 0, events);
        Store.Dispose();

        using var again = Open();
        var segments = await again.ReadSegmentsAsync("u", 0, 9);

        Assert.Equal([(0L, 256), (256L, 44)], segments.Select(s => (s.FirstOrdinal, s.Count)));
        Assert.Equal(events.Select(e => e.ItemId), segments.SelectMany(s => SegmentCodec.Read(s.Events)).Select(e => e.ItemId));
        Assert.Equal(300, (await again.ReadHeadAsync("u"))!.NextOrdinal);
        Assert.Equal(0, (await again.ReadOldestSegmentAsync("u"))!.Number);
    }

    [Fact]
    public async Task Epochs_rise_over_all_users_and_are_never_used_again()
    {
        var first = (await Store.OpenAsync("a")).Epoch;
        var second = (await Store.OpenAsync("b")).Epoch;
        Assert.True(await Store.ForgetAsync("b", second, 0, onlyIfEmpty: false));

        var third = (await Store.OpenAsync("b")).Epoch;

        Assert.True(first < second && second < third);
    }

    // 100 leaves the newest segment part-filled, 256 fills it: its successor is another row.
    [Theory]
    [InlineData(100, false)]
    [InlineData(100, true)]
    [InlineData(256, false)]
    [InlineData(256, true)]
    public async Task A_fenced_writer_changes_nothing(int filled, bool successorWrites)
    {
        var stale = (await Store.OpenAsync("u")).Epoch;
        Assert.True(await AppendAsync("u", stale, 0, Events(0, filled)));
        var successor = (await Store.OpenAsync("u")).Epoch;
        var total = filled;
        if (successorWrites)
        {
            Assert.True(await Store.WriteAsync("u", successor, filled, filled + 1, false, [Segment((filled + 1) / 256, Events(filled, 1))]));
            total++;
        }

        Assert.False(await Store.WriteAsync("u", stale, total, total + 1, false, [Segment(0, Events(900, 5))]));
        Assert.False(await Store.WriteAsync("u", stale, filled, 1, true, [Segment(0, Events(900, 1))]));
        Assert.False(await Store.SetProfileAsync("u", stale, total, [1]));
        Assert.False(await Store.ForgetAsync("u", stale, total, onlyIfEmpty: false));

        Assert.Equal(total, (await Store.ReadHeadAsync("u"))!.NextOrdinal);
        Assert.Empty((await Store.ReadHeadAsync("u"))!.Profile);
        Assert.DoesNotContain((await Store.ReadSegmentsAsync("u", 0, 9)).SelectMany(s => SegmentCodec.Read(s.Events)), e => e.ItemId == "900");
    }

    [Fact]
    public async Task After_a_forget_a_stale_writer_matches_nothing_even_when_the_user_begins_anew()
    {
        var stale = (await Store.OpenAsync("u")).Epoch;
        await AppendAsync("u", stale, 0, Events(0, 10));
        var owner = (await Store.OpenAsync("u")).Epoch;
        Assert.True(await Store.ForgetAsync("u", owner, 10, onlyIfEmpty: false));
        Assert.Null(await Store.ReadHeadAsync("u"));
        Assert.Empty(await Store.ReadSegmentsAsync("u", 0, 9));
        Assert.False(await AppendAsync("u", stale, 0, Events(0, 10)));
        Assert.False(await AppendAsync("u", owner, 0, Events(0, 10)));

        await Store.OpenAsync("u");

        Assert.False(await AppendAsync("u", stale, 0, Events(0, 10)));
        Assert.Empty(await Store.ReadSegmentsAsync("u", 0, 9));
    }

    [Fact]
    public async Task A_write_that_expects_another_ordinal_changes_nothing()
    {
        var epoch = (await Store.OpenAsync("u")).Epoch;
        await AppendAsync("u", epoch, 0, Events(0, 10));

        Assert.False(await AppendAsync("u", epoch, 9, Events(100, 5)));
        Assert.False(await Store.SetProfileAsync("u", epoch, 9, [1]));
        Assert.False(await Store.ForgetAsync("u", epoch, 9, onlyIfEmpty: false));

        Assert.Equal(10, (await Store.ReadHeadAsync("u"))!.NextOrdinal);
        Assert.Equal(10, (await Store.ReadSegmentsAsync("u", 0, 0))[0].Count);
    }

    [Fact]
    public async Task A_replacement_leaves_none_of_the_old_segments()
    {
        var epoch = (await Store.OpenAsync("u")).Epoch;
        await AppendAsync("u", epoch, 0, Events(0, 700));

        Assert.True(await Store.WriteAsync("u", epoch, 700, 3, replaces: true, [Segment(0, Events(5000, 3))]));

        var segment = Assert.Single(await Store.ReadSegmentsAsync("u", 0, 9));
        Assert.Equal(["5000", "5001", "5002"], SegmentCodec.Read(segment.Events).Select(e => e.ItemId));
    }

    [Fact]
    public async Task Only_an_empty_head_goes_when_only_that_is_asked()
    {
        var full = (await Store.OpenAsync("full")).Epoch;
        await AppendAsync("full", full, 0, Events(0, 1));
        var profiled = (await Store.OpenAsync("profiled")).Epoch;
        await Store.SetProfileAsync("profiled", profiled, 0, [1]);
        var empty = (await Store.OpenAsync("empty")).Epoch;

        Assert.False(await Store.ForgetAsync("full", full, 1, onlyIfEmpty: true));
        Assert.False(await Store.ForgetAsync("profiled", profiled, 0, onlyIfEmpty: true));
        Assert.True(await Store.ForgetAsync("empty", empty, 0, onlyIfEmpty: true));

        Assert.NotNull(await Store.ReadHeadAsync("full"));
        Assert.Equal([1], (await Store.ReadHeadAsync("profiled"))!.Profile);
    }

    [Fact]
    public async Task In_a_group_one_users_conflict_and_one_poisoned_write_fail_alone()
    {
        var epochs = new long[50];
        for (var i = 0; i < epochs.Length; i++)
        {
            epochs[i] = (await Store.OpenAsync($"u{i}")).Epoch;
        }

        // Sent at once, they share transactions: 7 is fenced, and no database takes the null in 9.
        var writes = Enumerable.Range(0, epochs.Length)
            .Select(i => Store.WriteAsync($"u{i}", i == 7 ? -1 : epochs[i], 0, 1, false, [i == 9 ? Segment(0, Events(0, 1)) with { Events = null! } : Segment(0, Events(i, 1))]))
            .ToArray();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => writes[9]);
        for (var i = 0; i < writes.Length; i++)
        {
            var (succeeds, next) = i is 7 or 9 ? (false, 0) : (true, 1);
            Assert.Equal(succeeds, i != 9 && await writes[i]);
            Assert.Equal(next, (await Store.ReadHeadAsync($"u{i}"))!.NextOrdinal);
            Assert.Equal(next, (await Store.ReadSegmentsAsync($"u{i}", 0, 9)).Count);
        }
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_refused()
    {
        await Store.OpenAsync("u");
        using (var source = Database.Open("test", 1))
        using (var connection = source.OpenConnection())
        {
            connection.Execute(null, "UPDATE grid_schema SET version = 99");
        }

        var refused = Assert.Throws<StoreUnavailableException>(Open);

        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
    }

    protected BehaviorStore Open() => new(Database, unsafeDurability: false, TimeProvider.System);

    protected static BehaviorEvent[] Events(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(i => new BehaviorEvent($"{i}", "play", 1_700_000_000_000 + (i * 1000), [new("artist", $"a{i % 7}")]))];

    protected static StoredSegment Segment(long number, BehaviorEvent[] events) => new(number, number * 256, events.Length, SegmentCodec.Write(events));

    private Task<bool> AppendAsync(string user, long epoch, long expected, BehaviorEvent[] events) =>
        Store.WriteAsync(user, epoch, expected, expected + events.Length, replaces: false, UserLife.SegmentsOf(events));
}
