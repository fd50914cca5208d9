using System.Collections.Immutable;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

/// <summary>A grid that keeps only so many events of each user: what is there is exact, and what is gone is gone as DESIGN.md section 4 says.</summary>
public abstract class RetentionTests
{
    private const int Segment = StoredSegment.Capacity;
    private const long Start = 1_700_000_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract GridDatabase? Database { get; }

    // The last model reads exactly what is kept, and its groups begin anywhere in a segment. One event at a time around each trim, so that its oldest
    // group is whole by no event to spare. With these seeds the oldest group shows in the logits.
    [Theory]
    [InlineData(8, 3)]
    [InlineData(12, 5)]
    [InlineData(35, 7)]
    [InlineData(37, 3)]
    [InlineData(39, 5)]
    public async Task Scores_equal_those_of_the_whole_life_over_trims_restarts_another_group_size_and_a_longer_window(int seed, int otherGroups)
    {
        var first = RandomModels.Of(seed).Config;
        var other = first with { GroupSize = otherGroups, Heads = 1, Profile = [], RecentGroups = Math.Min(first.RecentGroups, 64 / otherGroups) };
        var models = new[] { first, other with { MaxEvents = 48 }, other with { MaxEvents = 66 } }.Select(config => Files(seed, config)).ToArray();
        var largest = ModelOf(models[^1]).Config;
        await using var silo = await StartAsync(Retention.Newest(largest.RetainedEvents));
        var life = new Life(silo, largest, seed);

        await silo.ActivateAsync(models[0]);
        await life.AppendAsync((int)largest.RetainedEvents + Segment - 3);
        await life.CheckAsync(models[0]);
        for (var trim = 0; trim < 3; trim++)
        {
            var model = models[trim];
            await silo.ActivateAsync(model);
            for (var step = 0; step < 6; step++)
            {
                await life.AppendAsync(1);
                await life.CheckAsync(model);
            }

            await silo.DeactivateAllAsync();
            await life.CheckAsync(model);
            await life.AppendAsync(1);
            await life.CheckAsync(models[trim]);
            await silo.RestartAsync();
            await life.CheckAsync(model);
            await life.AppendAsync(Segment - 7);
        }

        // What a model of fewer events left in memory is not all there is.
        await silo.ActivateAsync(models[0]);
        await life.AppendAsync(3);
        await life.CheckAsync(models[0]);
        await silo.ActivateAsync(models[2]);
        await life.CheckAsync(models[2]);
        Assert.Equal(4 * Segment, await life.FirstOrdinalAsync());
    }

    // Later told to keep more: what is gone stays gone, and the history begins at the first group of which all is there.
    [Theory]
    [InlineData(8, 3)]
    [InlineData(12, 4)]
    [InlineData(35, 7)]
    public async Task Where_a_window_reaches_beyond_what_is_left_the_history_begins_at_the_first_group_wholly_kept(int seed, int groupSize)
    {
        await using var silo = await StartAsync(Retention.Newest(40));
        var config = RandomModels.Of(seed).Config with { GroupSize = groupSize, Heads = 1, Profile = [], MaxEvents = 400, RecentGroups = 20 };
        var life = new Life(silo, config, seed);
        await life.AppendAsync(2 * Segment);
        await life.AppendAsync(60);
        Assert.Equal(2 * Segment, await life.FirstOrdinalAsync());

        await KeepAsync(silo, Retention.All);
        await silo.ActivateAsync(Files(seed, config));
        for (var step = 0; step < 4; step++)
        {
            await life.CheckAsync(Files(seed, config), fromFirstKept: true);
            await life.AppendAsync(50);
        }

        await silo.RestartAsync();
        await life.CheckAsync(Files(seed, config), fromFirstKept: true);
    }

    [Fact]
    public async Task A_trimmed_user_counts_all_events_and_says_where_the_kept_ones_begin()
    {
        await using var silo = await StartAsync(Retention.Newest(300));
        const string Id = "someone";
        await silo.User(Id).AppendAsync([.. Events(0, 2 * Segment)], Token);
        Assert.Equal(0, (await silo.User(Id).GetStatusAsync(Token)).FirstOrdinal);
        await silo.User(Id).AppendAsync([.. Events(2 * Segment, 300)], Token);

        await CheckAsync();
        await silo.RestartAsync();
        await CheckAsync();

        async Task CheckAsync()
        {
            var status = await silo.User(Id).GetStatusAsync(Token);
            Assert.Equal((812, 512, Start + 512, Start + 811), (status.UserEvents, status.FirstOrdinal, status.FirstAtMs, status.LastAtMs));
            Assert.Equal([2, 3], (await silo.Store.ReadSegmentsAsync(Id, 0, 99)).Select(segment => segment.Number));
        }
    }

    // 100 ends a page in a segment, 300 at the oldest kept event, 44 at the segments' border.
    [Theory]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(44)]
    [InlineData(1000)]
    public async Task Pages_of_a_trimmed_history_end_at_its_oldest_kept_event(int limit)
    {
        await using var silo = await StartAsync(Retention.Newest(300));
        var user = silo.User();
        await user.AppendAsync([.. Events(0, (2 * Segment) + 300)], Token);

        var (ordinals, before, pages) = (new List<long>(), (long?)null, 0);
        do
        {
            var page = await user.GetHistoryAsync(limit, before, Token);
            Assert.NotEmpty(page.Events);
            ordinals.AddRange(page.Events.Select(e => e.Ordinal));
            (before, pages) = (page.Next, pages + 1);
        }
        while (before is not null);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => 811L - i), ordinals);
        Assert.Equal((300 + limit - 1) / limit, pages);
        Assert.Empty((await user.GetHistoryAsync(limit, 512, Token)).Events);
    }

    [Fact]
    public async Task Repeats_are_found_among_what_is_kept_and_no_further_whatever_is_in_memory()
    {
        await using var silo = await StartAsync(Retention.Newest(300));
        await silo.ActivateAsync(Files(8, RandomModels.Of(8).Config));
        const string Id = "someone";
        await silo.User(Id).AppendAsync([.. Events(0, Segment + 200)], Token);
        await silo.User(Id).AppendAsync([.. Events(Segment + 200, 100)], Token);

        Assert.Equal((0, 2), Counts(await silo.User(Id).AppendAsync([.. Events(Segment, 1), .. Events(Segment + 299, 1)], Token)));
        Assert.Equal((1, 0), Counts(await silo.User(Id).AppendAsync([.. Events(Segment - 1, 1)], Token)));
        await silo.RestartAsync();
        Assert.Equal((0, 1), Counts(await silo.User(Id).AppendAsync([.. Events(Segment, 1)], Token)));
        Assert.Equal((1, 0), Counts(await silo.User(Id).AppendAsync([.. Events(0, 1)], Token)));

        static (int, int) Counts(AppendResult result) => (result.Accepted, result.Duplicates);
    }

    [Fact]
    public async Task Of_one_batch_or_one_replacement_only_what_is_kept_is_ever_written()
    {
        await using var silo = await StartAsync(Retention.Newest(300));
        var user = silo.User();
        await user.AppendAsync([.. Events(0, 100)], Token);

        Assert.Equal(new AppendResult(10_000, 0, 10_100), await user.AppendAsync([.. Events(100, 10_000)], Token));
        await CheckAsync(10_100, 9_728);
        Assert.Equal(new AppendResult(2_000, 0, 2_000), await user.ReplaceAsync([.. Events(0, 2_000)], Token));
        await CheckAsync(2_000, 1_536);
        Assert.Equal(new AppendResult(10, 0, 2_010), await user.AppendAsync([.. Events(2_000, 10)], Token));
        await silo.DeactivateAllAsync();
        await CheckAsync(2_010, 1_536);

        async Task CheckAsync(int next, int first)
        {
            Assert.Equal(Events(first, next - first).Select(e => e.ItemId), (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
            Assert.Equal((next, first), ((await user.GetStatusAsync(Token)).UserEvents, (await user.GetStatusAsync(Token)).FirstOrdinal));
            Assert.Equal(first / Segment, (await silo.Store.ReadOldestSegmentAsync(user.GetPrimaryKeyString()))!.Number);
        }
    }

    [Fact]
    public async Task A_user_without_further_appends_is_left_alone_and_trimmed_by_the_next()
    {
        await using var silo = await StartAsync(Retention.All);
        const string Id = "someone";
        await silo.User(Id).AppendAsync([.. Events(0, 1_000)], Token);
        await KeepAsync(silo, Retention.Newest(300));
        Assert.Equal(0, (await silo.User(Id).GetStatusAsync(Token)).FirstOrdinal);

        await silo.User(Id).AppendAsync([.. Events(1_000, 1)], Token);

        Assert.Equal((1_001, 512), ((await silo.User(Id).GetStatusAsync(Token)).UserEvents, (await silo.User(Id).GetStatusAsync(Token)).FirstOrdinal));
        Assert.Equal(2, (await silo.Store.ReadOldestSegmentAsync(Id))!.Number);
    }

    [Fact]
    public async Task A_fenced_writer_or_one_that_fails_trims_nothing()
    {
        await using var silo = await StartAsync(Retention.Newest(300));
        var user = silo.User();
        var id = user.GetPrimaryKeyString();
        await user.AppendAsync([.. Events(0, 2 * Segment)], Token);
        var stale = (await silo.Store.ReadHeadAsync(id))!.Epoch;
        silo.Store.FailBefore = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => user.AppendAsync([.. Events(2 * Segment, Segment)], Token));
        silo.Store.FailBefore = false;
        Assert.Equal(0, (await silo.Store.ReadOldestSegmentAsync(id))!.Number);

        await silo.Store.OpenAsync(id);
        Assert.False(await silo.Store.WriteAsync(id, stale, 2 * Segment, 3 * Segment, replaces: false, [new(2, 2 * Segment, Segment, [])], firstSegment: 2));

        Assert.Equal([0, 1], (await silo.Store.ReadSegmentsAsync(id, 0, 99)).Select(segment => segment.Number));
    }

    [Fact]
    public async Task A_model_that_needs_more_than_is_kept_is_refused_with_both_numbers_and_the_active_one_serves_on()
    {
        var config = RandomModels.Of(8).Config;
        await using var silo = await StartAsync(Retention.Newest(config.RetainedEvents));
        var active = await silo.ActivateAsync(Files(8, config));
        var longer = ModelOf(Files(8, config with { MaxEvents = config.MaxEvents + config.GroupSize }));
        var version = await silo.PublishAsync(Files(8, longer.Config));

        var refused = await Assert.ThrowsAsync<ModelRejectedException>(() => silo.Registry.ActivateAsync(version, Token));

        Assert.Equal(Retention.ModelPart, refused.Part);
        Assert.Contains($"{config.RetainedEvents + config.GroupSize}", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"keeps {config.RetainedEvents} ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(active, (await silo.Registry.ListAsync(Token)).Active);
    }

    [Fact]
    public async Task A_silo_that_would_trim_what_the_active_model_reads_does_not_start()
    {
        var config = RandomModels.Of(8).Config;
        var silo = await StartAsync(Retention.Newest(config.RetainedEvents));
        await silo.ActivateAsync(Files(8, config));

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => KeepAsync(silo, Retention.Newest(config.RetainedEvents - 1)));

        Assert.Contains($"keeps {config.RetainedEvents - 1} ", $"{refused}", StringComparison.Ordinal);
        await KeepAsync(silo, Retention.Newest(config.RetainedEvents));
        Assert.NotNull((await silo.Registry.ListAsync(Token)).Active);
        await silo.DisposeAsync();
    }

    private static IEnumerable<BehaviorEvent> Events(int from, int count) => Enumerable.Range(from, count).Select(i => UserGrainTests.Event(i, Start + i));

    private static (byte[] ConfigJson, byte[] Weights) Files(int seed, LongerConfig config) => RandomModels.FarSightedFiles(RandomModels.Of(seed, config));

    private static ModelPackage ModelOf((byte[] ConfigJson, byte[] Weights) files) => ModelPackage.Load(files.ConfigJson, new MemoryStream(files.Weights));

    private async Task<OneSilo> StartAsync(Retention retention)
    {
        var silo = new OneSilo { Database = Database };
        Tell(silo, retention);
        await silo.InitializeAsync();
        return silo;
    }

    private static async Task KeepAsync(OneSilo silo, Retention retention)
    {
        Tell(silo, retention);
        await silo.RestartAsync();
    }

    private static void Tell(OneSilo silo, Retention retention)
    {
        silo.Retention = retention;
        if (silo.Database is { } shared)
        {
            GridSettings.SetRetention(shared, retention);
        }
    }

    /// <summary>A user whose every event the test remembers.</summary>
    private sealed class Life(OneSilo silo, LongerConfig config, int seed)
    {
        private const int MoreThanIsKept = 900;

        private readonly Random _random = new(seed);
        private readonly List<OracleEvent> _events = [];
        private readonly string _id = $"user-{seed}";

        // Another reference after a restart.
        private IUserGrain User => silo.User(_id);

        /// <summary>Of the oldest event that the grid says it keeps.</summary>
        public async Task<long> FirstOrdinalAsync() => (await User.GetStatusAsync(Token)).FirstOrdinal;

        public async Task AppendAsync(int count)
        {
            // In time order and without repeats, so that the life is what was sent.
            var at = _events.Count == 0 ? Start : _events[^1].AtMs;
            var events = RandomHistories.Events(_random, config, count).Select(e => e with { AtMs = at += _random.NextInt64(1, 100_000_000) }).ToList();
            _events.AddRange(events);
            Assert.Equal(new AppendResult(count, 0, _events.Count), await User.AppendAsync([.. events.Select(e => e.Message())], Token));
        }

        /// <summary>Holds a score against the oracle, who has seen more than twice what is kept, or only what is left.</summary>
        public async Task CheckAsync((byte[] ConfigJson, byte[] Weights) files, bool fromFirstKept = false)
        {
            var first = fromFirstKept ? (int)await FirstOrdinalAsync() : Math.Max(0, _events.Count - MoreThanIsKept);
            var candidates = RandomHistories.Candidates(_random, config, _events, 4);
            var scored = new OracleCase(
                new OracleUser(_id, ImmutableDictionary<string, string>.Empty), first, _events[first..], candidates, _events[^1].AtMs + 60_000);
            var answer = await User.ScoreAsync(scored.Request(), Token);
            Assert.Equal(_events.Count, answer.UserEvents);
            ScorerParity.Check([.. answer.Scores.Select(p => Math.Log(p / (1 - (double)p)))], ModelOf(files), scored, $"seed {seed}, {_events.Count} events");
        }
    }
}
