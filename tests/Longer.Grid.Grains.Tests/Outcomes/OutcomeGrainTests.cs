using Microsoft.Extensions.Time.Testing;

namespace Longer.Grid.Grains.Tests;

public sealed class OutcomeGrainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outcomes_of_many_users_are_one_call_and_forgotten_with_their_user()
    {
        await using var silo = new OneSilo();
        await silo.InitializeAsync();
        var batch = Enumerable.Range(0, 50).Select(i => Outcomes.Of($"user-{i % 5}", i)).ToList();

        Assert.Equal(new OutcomesResult(50, 0), await silo.Grains.GetGrain<IOutcomeGrain>(3).AddAsync([.. batch], Token));
        Assert.Equal(new OutcomesResult(0, 50), await silo.Grains.GetGrain<IOutcomeGrain>(200).AddAsync([.. batch], Token));

        // One who has outcomes and nothing else; whose empty head goes when the user is let go of.
        await silo.User("user-2").ForgetAsync(Token);
        await silo.User("user-3").GetStatusAsync(Token);
        await silo.DeactivateAllAsync();
        Assert.Equal(["user-0", "user-1", "user-3", "user-4"], (await ReadAsync(silo)).Select(change => change.Outcome.UserId).Distinct().Order());
    }

    [Fact]
    public async Task An_item_with_a_task_or_a_feature_twice_or_without_a_label_is_refused_and_nothing_is_kept()
    {
        await using var silo = new OneSilo();
        await silo.InitializeAsync();
        var writer = silo.Grains.GetGrain<IOutcomeGrain>(0);

        OutcomeItem[] wrong =
        [
            new("i", [], [new("like", true), new("like", false)]), new("i", [new("a", "1"), new("a", "1")], [new("like", true)]), new("i", [], []), new("i", [], [new("", true)]),
            new("i", [], [new("li\nke", true)]),
        ];
        foreach (var item in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => writer.AddAsync([Outcomes.Of("u", 1), Outcomes.Of("u", 2, item)], Token));
        }

        Assert.Empty(await ReadAsync(silo));
    }

    [Fact]
    public async Task A_silo_deletes_outcomes_once_they_have_been_kept_for_long_enough()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var silo = new OneSilo { Time = time, OutcomeRetention = OutcomeRetention.Of(hours: 2) };
        await silo.InitializeAsync();
        var writer = silo.Grains.GetGrain<IOutcomeGrain>(0);
        await writer.AddAsync([.. Enumerable.Range(0, OutcomeTrimmer.Batch + 100).Select(i => Outcomes.Of("u", i))], Token);
        time.Advance(TimeSpan.FromMinutes(100));
        await writer.AddAsync([Outcomes.Of("v", 1)], Token);

        while ((await ReadAsync(silo)).Count > 1)
        {
            Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.True(time.GetUtcNow() >= DateTimeOffset.UnixEpoch.AddYears(56).AddHours(2));
        Assert.Equal("v", Assert.Single(await ReadAsync(silo)).Outcome.UserId);
    }

    [Fact]
    public async Task An_embedded_grid_keeps_outcomes_for_as_long_as_it_was_last_told()
    {
        await using var silo = new OneSilo { OutcomeRetention = OutcomeRetention.Of(hours: 5) };
        await silo.InitializeAsync();
        silo.OutcomeRetention = null;
        await silo.RestartAsync();

        Assert.Equal(OutcomeRetention.Of(hours: 5), GridSettings.ReadOutcomeRetention(GridDatabase.Embedded(silo.Folder)));
    }

    private static async Task<List<ChangedOutcome>> ReadAsync(OneSilo silo)
    {
        var database = GridDatabase.Embedded(silo.Folder);
        using var feed = new ChangeFeed(database);
        return await OutcomeFeed.ReadAllAsync(database, feed);
    }
}
