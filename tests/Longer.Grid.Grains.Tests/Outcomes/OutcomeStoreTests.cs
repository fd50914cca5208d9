using Microsoft.Extensions.Time.Testing;

namespace Longer.Grid.Grains.Tests;

/// <summary>What every database must hold of outcomes.</summary>
public abstract class OutcomeStoreTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly Lazy<(BehaviorStore Store, ChangeFeed Feed)> _opened;

    protected OutcomeStoreTests() => _opened = new(() =>
    {
        GridSchema.Migrate(Database);
        return (Open(), new ChangeFeed(Database));
    });

    protected abstract GridDatabase Database { get; }

    private BehaviorStore Store => _opened.Value.Store;

    public void Dispose()
    {
        if (_opened.IsValueCreated)
        {
            Store.Dispose();
            _opened.Value.Feed.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_outcome_is_kept_with_its_time_its_request_and_how_many_events_there_were()
    {
        await AppendAsync("u", 10);
        var outcome = Outcomes.Of("u", 7, new OutcomeItem("4711", [new("artist", "a7")], [new("like", true)]), new OutcomeItem("x", [], [new("like", false)]));
        var anonymous = Outcomes.Of("stranger", 8) with { RequestId = null };

        Assert.Equal(2, await AddAsync(outcome, anonymous));
        Store.Dispose();

        var kept = (await ReadAsync()).ToDictionary(change => change.Outcome.UserId);
        Assert.Equal((10L, 0L), (kept["u"].NextOrdinal, kept["stranger"].NextOrdinal));
        Assert.Equal((outcome.AtMs, "request 7"), (kept["u"].Outcome.AtMs, kept["u"].Outcome.RequestId));
        Assert.Null(kept["stranger"].Outcome.RequestId);
        Assert.Equal(["4711", "x"], OutcomeCodec.ReadItems(kept["u"].Outcome.Items).Select(item => item.ItemId));
    }

    [Fact]
    public async Task The_same_outcome_is_counted_once_in_one_batch_and_in_another()
    {
        Assert.Equal(2, await AddAsync(Outcomes.Of("u", 1), Outcomes.Of("u", 1), Outcomes.Of("v", 1)));
        var first = await ReadAsync();
        await AppendAsync("u", 10);
        Assert.Equal(1, await AddAsync(Outcomes.Of("v", 1), Outcomes.Of("u", 1), Outcomes.Of("u", 2)));

        var both = await ReadAsync();

        Assert.Equal(["u", "v", "u"], both.Select(change => change.Outcome.UserId));
        Assert.Equal(first.Select(change => (change.Change, change.NextOrdinal)), both[..2].Select(change => (change.Change, change.NextOrdinal)));
        Assert.Equal(10, both[2].NextOrdinal);
    }

    // All users' appends, a batch of many users and one that no database takes come at once: they share transactions.
    [Fact]
    public async Task In_a_group_a_batch_is_kept_whole_or_not_at_all_and_fails_nobody_else()
    {
        var epochs = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            epochs.Add((await Store.OpenAsync($"u{i}")).Epoch);
        }

        var poisoned = Store.AddAsync([.. Enumerable.Range(0, 5).Select(i => OutcomeCodec.Write(Outcomes.Of($"u{i}", 1)) with { Items = i == 4 ? null! : [1] })]);
        var appends = epochs.Select((epoch, i) => Store.WriteAsync($"u{i}", epoch, 0, 1, replaces: false, Segments(1))).ToArray();
        var batches = Enumerable.Range(0, 20).Select(b => AddAsync([.. Enumerable.Range(0, 20).Select(i => Outcomes.Of($"u{i}", 100 + b))])).ToArray();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => poisoned);
        Assert.All(await Task.WhenAll(appends), Assert.True);
        Assert.All(await Task.WhenAll(batches), accepted => Assert.Equal(20, accepted));
        var kept = await ReadAsync();
        Assert.Equal(400, kept.Count);
        Assert.DoesNotContain(kept, change => change.Outcome.RequestId == "request 1");
    }

    [Fact]
    public async Task More_than_one_transaction_takes_are_kept_all_the_same()
    {
        var batches = await Task.WhenAll(Enumerable.Range(0, 5).Select(b => AddAsync([.. Enumerable.Range(0, 1_000).Select(i => Outcomes.Of($"u{i % 97}", (b * 1_000) + i))])));

        Assert.Equal(5_000, batches.Sum());
        Assert.Equal(5_000, (await ReadAsync()).Select(change => change.Outcome.RequestId).Distinct().Count());
    }

    [Fact]
    public async Task A_forget_erases_the_users_outcomes_and_nobody_elses()
    {
        var epoch = await AppendAsync("u", 10);
        await AddAsync(Outcomes.Of("u", 1), Outcomes.Of("u", 2), Outcomes.Of("v", 1));

        Assert.True(await Store.ForgetAsync("u", epoch, 10, onlyIfEmpty: false));

        Assert.Equal(["v"], (await ReadAsync()).Select(change => change.Outcome.UserId));
    }

    [Fact]
    public async Task A_fenced_forget_erases_no_outcome()
    {
        var stale = await AppendAsync("u", 10);
        await AddAsync(Outcomes.Of("u", 1));
        var owner = (await Store.OpenAsync("u")).Epoch;

        Assert.False(await Store.ForgetAsync("u", stale, 10, onlyIfEmpty: false));
        Assert.Single(await ReadAsync());

        // Nobody has a head now, and outcomes came after.
        Assert.True(await Store.ForgetAsync("u", owner, 10, onlyIfEmpty: false));
        await AddAsync(Outcomes.Of("u", 2));
        Assert.False(await Store.ForgetAsync("u", owner, 10, onlyIfEmpty: false));
        Assert.Equal("request 2", Assert.Single(await ReadAsync()).Outcome.RequestId);
    }

    [Fact]
    public async Task An_empty_head_that_is_removed_leaves_outcomes()
    {
        var epoch = (await Store.OpenAsync("u")).Epoch;
        await AddAsync(Outcomes.Of("u", 1));

        Assert.True(await Store.ForgetAsync("u", epoch, 0, onlyIfEmpty: true));

        Assert.Single(await ReadAsync());
    }

    [Fact]
    public async Task Outcomes_are_deleted_by_when_they_were_accepted_in_batches_the_oldest_first()
    {
        await AddAsync([.. Enumerable.Range(0, 25).Select(i => Outcomes.Of($"u{i}", 1))]);
        _time.Advance(TimeSpan.FromHours(2));
        await AddAsync([.. Enumerable.Range(0, 5).Select(i => Outcomes.Of($"u{i}", 2))]);
        var before = (_time.GetUtcNow() - TimeSpan.FromHours(1)).ToUnixTimeMilliseconds();

        Assert.Equal(10, await Store.TrimAsync(before, 10));
        Assert.Equal(10, await Store.TrimAsync(before, 10));
        Assert.Equal(5, await Store.TrimAsync(before, 10));
        Assert.Equal(0, await Store.TrimAsync(before, 10));

        Assert.Equal(Enumerable.Repeat("request 2", 5), (await ReadAsync()).Select(change => change.Outcome.RequestId));

        // What is gone is not known as a repeat any more.
        Assert.Equal(1, await AddAsync(Outcomes.Of("u7", 1)));
    }

    protected BehaviorStore Open() => new(Database, unsafeDurability: false, _time);

    private Task<int> AddAsync(params Outcome[] outcomes) => Store.AddAsync([.. outcomes.Select(OutcomeCodec.Write)]);

    private async Task<long> AppendAsync(string user, int events)
    {
        var epoch = (await Store.OpenAsync(user)).Epoch;
        Assert.True(await Store.WriteAsync(user, epoch, 0, events, replaces: false, Segments(events)));
        return epoch;
    }

    private static IReadOnlyList<StoredSegment> Segments(int events) =>
        UserLife.SegmentsOf([.. Enumerable.Range(0, events).Select(i => new BehaviorEvent($"{i}", "play", Outcomes.Start + i, []))]);

    private Task<List<ChangedOutcome>> ReadAsync() => OutcomeFeed.ReadAllAsync(Database, _opened.Value.Feed);
}
