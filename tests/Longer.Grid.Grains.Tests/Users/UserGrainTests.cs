using System.Collections.Immutable;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

public sealed class UserGrainTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private const long Start = 1_700_000_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public async Task Scores_equal_the_full_forward_pass_after_appends_and_after_a_deactivation(int seed)
    {
        var random = new Random(seed);
        var model = RandomModels.Of(seed);
        await silo.ActivateAsync(RandomModels.Files(seed));
        var scored = RandomHistories.Case(seed, model.Config) with { FirstOrdinal = 0 };
        var user = silo.User(scored.User.UserId + seed);
        await user.SetProfileAsync([.. scored.User.Profile.Select(p => new Feature(p.Key, p.Value))], Token);

        for (var events = scored.Events.Select(e => e.Message()).ToList(); events.Count > 0;)
        {
            var batch = events.Take(random.Next(1, 40)).ToImmutableArray();
            events.RemoveRange(0, batch.Length);
            await user.AppendAsync(batch, Token);
            await CheckAsync();
        }

        await silo.DeactivateAllAsync();
        await CheckAsync();

        async Task CheckAsync()
        {
            var kept = await AllAsync(user);
            var seen = scored with
            {
                User = scored.User with { UserId = user.GetPrimaryKeyString() },
                Events = [.. kept.Select(e => new OracleEvent(e.ItemId, e.Action, e.AtMs, e.Features.ToDictionary(f => f.Name, f => f.Id)))],
            };
            var expected = new OracleModel(model).Score(seen).SelectMany(l => l).Select(l => 1 / (1 + Math.Exp(-l))).ToArray();
            var actual = await user.ScoreAsync(seen.Request(), Token);
            Assert.Equal(kept.Count, actual.UserEvents);
            Assert.Equal(expected.Length, actual.Scores.Length);
            Assert.All(expected.Zip(actual.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    [Fact]
    public async Task Events_keep_every_id_and_feature_over_a_deactivation()
    {
        var user = silo.User();
        ImmutableArray<BehaviorEvent> given =
        [
            new("007", "play", Start, [new("artist", "caf\u00e9"), new("mood", "5")]),
            new("18446744073709551616", "no model knows this", Start + 1, []),
        ];
        await user.AppendAsync(given, Token);
        await silo.DeactivateAllAsync();

        var page = await user.GetHistoryAsync(10, null, Token);

        Assert.Null(page.Next);
        Assert.Equal([1L, 0L], page.Events.Select(e => e.Ordinal));
        Assert.Equal(given[1].ItemId, page.Events[0].Event.ItemId);
        Assert.Equal(given[0].Features, page.Events[1].Event.Features.AsEnumerable());
    }

    [Fact]
    public async Task A_batch_sent_again_is_counted_once_and_late_events_join_at_the_end()
    {
        var user = silo.User();
        var batch = Enumerable.Range(0, 700).Select(i => Event(i, Start + (i * 1000))).ToImmutableArray();

        Assert.Equal(new AppendResult(700, 0, 700), await user.AppendAsync(batch, Token));
        Assert.Equal(new AppendResult(0, 700, 700), await user.AppendAsync(batch, Token));
        Assert.Equal(new AppendResult(1, 0, 701), await user.AppendAsync([Event(9999, Start - 5)], Token));
        await silo.DeactivateAllAsync();
        Assert.Equal(new AppendResult(0, 1, 701), await user.AppendAsync([Event(9999, Start - 5)], Token));
        Assert.Equal("9999", (await user.GetHistoryAsync(1, null, Token)).Events[0].Event.ItemId);
    }

    [Fact]
    public async Task A_history_is_paged_newest_first_over_segments()
    {
        var user = silo.User();
        await user.AppendAsync([.. Enumerable.Range(0, 600).Select(i => Event(i, Start + i))], Token);

        var (ordinals, before) = (new List<long>(), (long?)null);
        do
        {
            var page = await user.GetHistoryAsync(130, before, Token);
            ordinals.AddRange(page.Events.Select(e => e.Ordinal));
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(Enumerable.Range(0, 600).Select(i => 599L - i), ordinals);
    }

    [Fact]
    public async Task A_replaced_history_begins_anew_and_keeps_the_profile()
    {
        var user = silo.User();
        await user.AppendAsync([.. Enumerable.Range(0, 300).Select(i => Event(i, Start + i))], Token);
        await user.SetProfileAsync([new("country", "ch")], Token);

        Assert.Equal(new AppendResult(2, 1, 2), await user.ReplaceAsync([Event(2, Start + 9), Event(1, Start), Event(1, Start)], Token));

        await silo.DeactivateAllAsync();
        Assert.Equal(["2", "1"], (await user.GetHistoryAsync(10, null, Token)).Events.Select(e => e.Event.ItemId));
        Assert.Equal(2, (await user.GetStatusAsync(Token)).UserEvents);
    }

    [Fact]
    public async Task A_forgotten_user_is_gone_and_can_begin_anew()
    {
        var user = silo.User();
        await user.AppendAsync([.. Enumerable.Range(0, 300).Select(i => Event(i, Start + i))], Token);
        await user.ForgetAsync(Token);

        Assert.Equal(0, (await user.GetStatusAsync(Token)).UserEvents);
        Assert.Empty((await user.GetHistoryAsync(10, null, Token)).Events);
        Assert.Null(await silo.Store.ReadHeadAsync(user.GetPrimaryKeyString()));
        Assert.Equal(new AppendResult(1, 0, 1), await user.AppendAsync([Event(1, Start)], Token));
        await silo.DeactivateAllAsync();
        Assert.Equal(1, (await user.GetStatusAsync(Token)).UserEvents);
    }

    // Looked at in the database while the silo runs: a process that is killed now leaves what there is now.
    [Fact]
    public async Task Asking_about_a_stranger_writes_nothing()
    {
        await silo.ActivateAsync(RandomModels.Files(21));
        var user = silo.User();

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(0, (await user.GetStatusAsync(Token)).UserEvents);
            Assert.Empty((await user.GetHistoryAsync(10, null, Token)).Events);
            Assert.Equal(0, (await user.ScoreAsync(new([new Candidate("1", [])], Start, null, null, null), Token)).UserEvents);
        }

        Assert.Equal(0L, HeadsOf(user));
        Assert.Equal(new AppendResult(1, 0, 1), await user.AppendAsync([Event(1, Start)], Token));
        Assert.Equal(1L, HeadsOf(user));
        Assert.Equal(1, (await user.ScoreAsync(new([new Candidate("1", [])], Start, null, null, null), Token)).UserEvents);
    }

    [Fact]
    public async Task A_stranger_who_was_asked_about_is_taken_over_by_the_first_write_whoever_wrote_meanwhile()
    {
        var user = silo.User();
        await user.GetStatusAsync(Token);
        var id = user.GetPrimaryKeyString();
        var other = (await silo.Store.OpenAsync(id)).Epoch;
        Assert.True(await silo.Store.WriteAsync(id, other, 0, 1, replaces: false, UserLife.SegmentsOf([Event(1, Start)])));

        Assert.Equal(new AppendResult(1, 1, 2), await user.AppendAsync([Event(1, Start), Event(2, Start + 1)], Token));

        Assert.Equal(["1", "2"], (await AllAsync(user)).Select(e => e.ItemId));
        Assert.False(await silo.Store.WriteAsync(id, other, 2, 3, replaces: false, UserLife.SegmentsOf([Event(1, Start), Event(2, Start), Event(3, Start)])));
    }

    [Fact]
    public async Task Forgetting_a_stranger_leaves_nothing()
    {
        var user = silo.User();

        await user.ForgetAsync(Token);

        Assert.Equal(0L, HeadsOf(user));
    }

    [Fact]
    public async Task Ranking_takes_the_best_and_keeps_ties_in_asked_order()
    {
        var model = RandomModels.Of(21);
        await silo.ActivateAsync(RandomModels.Files(21));
        var user = silo.User();
        ImmutableArray<Candidate> candidates = [.. "58598".Select(id => new Candidate($"{id}", []))];
        var task = model.Config.Tasks[^1];

        var all = await user.ScoreAsync(new(candidates, Start, null, null, null), Token);
        var best = await user.ScoreAsync(new(candidates, Start, 3, task, null), Token);

        var last = model.Config.Tasks.Count - 1;
        var expected = Enumerable.Range(0, 5).OrderByDescending(i => all.Scores[(i * model.Config.Tasks.Count) + last]).ThenBy(i => i).Take(3);
        Assert.Equal([0, 1, 2, 3, 4], all.Order.AsEnumerable());
        Assert.Equal(expected, best.Order.AsEnumerable());
        var unknown = await Assert.ThrowsAsync<UnknownTaskException>(() => user.ScoreAsync(new(candidates, Start, 3, "nonsense", null), Token));
        Assert.Equal(model.Config.Tasks, unknown.Accepted.AsEnumerable());
    }

    // The newest 16,384 kept events are looked through, those of the batch included: the oldest of them is found, the one before is not.
    [Fact]
    public async Task An_event_is_a_repeat_of_one_of_the_newest_16384_and_of_none_before()
    {
        var user = silo.User();
        await user.AppendAsync([.. Enumerable.Range(0, 8192).Select(i => Event(i, Start + i))], Token);
        await user.AppendAsync([.. Enumerable.Range(8192, EventIntake.DuplicateWindow - 8192).Select(i => Event(i, Start + i))], Token);

        Assert.Equal(new AppendResult(0, 1, 16_384), await user.AppendAsync([Event(0, Start)], Token));
        Assert.Equal(new AppendResult(1, 0, 16_385), await user.AppendAsync([Event(77_777, Start + 77_777)], Token));

        // One newer event has pushed the oldest out of what is looked through: it is taken, and pushes the next one out in its turn.
        Assert.Equal(new AppendResult(2, 1, 16_387), await user.AppendAsync([Event(0, Start), Event(1, Start + 1), Event(5, Start + 5)], Token));
    }

    [Fact]
    public async Task While_models_are_flipped_every_answer_is_wholly_of_one_of_them()
    {
        int[] seeds = [31, 34];
        var user = silo.User();
        await user.AppendAsync([.. Enumerable.Range(0, 50).Select(i => Event(i % 7, Start + (i * 1000L)))], Token);
        var events = (await AllAsync(user)).Select(e => new OracleEvent(e.ItemId, e.Action, e.AtMs, new Dictionary<string, string>())).ToList();
        var candidates = Enumerable.Range(0, 6).Select(i => new OracleCandidate($"{i}", new Dictionary<string, string>())).ToList();
        var scored = new OracleCase(new OracleUser(user.GetPrimaryKeyString(), new Dictionary<string, string>()), 0, events, candidates, Start + 90_000);
        var expected = new Dictionary<string, double[]>();
        var versions = new List<string>();
        foreach (var seed in seeds)
        {
            versions.Add(await silo.ActivateAsync(RandomModels.Files(seed)));
            expected[versions[^1]] = [.. new OracleModel(RandomModels.Of(seed)).Score(scored).SelectMany(l => l).Select(l => 1 / (1 + Math.Exp(-l)))];
        }

        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(async _ =>
        {
            var seen = new List<string>();
            while (!done.IsCancellationRequested)
            {
                var answer = await user.ScoreAsync(scored.Request(), Token);
                Assert.All(expected[answer.ModelVersion].Zip(answer.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
                Assert.Equal(expected[answer.ModelVersion].Length, answer.Scores.Length);
                seen.Add(answer.ModelVersion);
            }

            return seen;
        }).ToList();
        for (var flip = 0; flip < 12; flip++)
        {
            await silo.ActiveAsync(versions[flip % 2]);
            await silo.ReencodedAsync();
            var next = await user.ScoreAsync(scored.Request(), Token);
            Assert.Equal(versions[flip % 2], next.ModelVersion);
        }

        await done.CancelAsync();
        Assert.Equal(versions.Order(), (await Task.WhenAll(callers)).SelectMany(seen => seen).Distinct().Order());
    }

    private long HeadsOf(IUserGrain user)
    {
        using var source = GridDatabase.Embedded(silo.Folder).Open("test", 1);
        using var connection = source.OpenConnection();
        return (long)connection.Command(null, "SELECT count(*) FROM user_head WHERE user_id = @user", ("user", user.GetPrimaryKeyString())).ExecuteScalar()!;
    }

    internal static BehaviorEvent Event(int item, long atMs) => new($"{item}", "play", atMs, []);

    internal static async Task<List<BehaviorEvent>> AllAsync(IUserGrain user)
    {
        var (events, before) = (new List<BehaviorEvent>(), (long?)null);
        do
        {
            var page = await user.GetHistoryAsync(1000, before, Token);
            events.AddRange(page.Events.Select(e => e.Event));
            before = page.Next;
        }
        while (before is not null);

        events.Reverse();
        return events;
    }
}
