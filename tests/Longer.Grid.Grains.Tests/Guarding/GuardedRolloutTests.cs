using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

/// <summary>A version that does worse than the one it is compared with is taken back by itself, with the reason.</summary>
public sealed class GuardedRolloutTests : IAsyncDisposable
{
    private const int Seed = 31;
    private const int Users = 20;
    private const int Least = 30;

    private OneSilo _silo = null!;
    private CheckedUsers _checked = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task A_canary_whose_scores_are_far_off_is_rolled_back_and_may_be_started_again_by_hand()
    {
        await StartAsync(new() { Drift = 0.2, ErrorRate = null, LogLoss = null });
        var (active, canary) = await RunningAsync(shift: 6);

        await ScoreUntilAsync(async () => (await ListAsync()).Canary is null);

        var list = await ListAsync();
        Assert.Equal(active, list.Active);
        var back = list.Models.Single(model => model.Version == canary).RolledBack!;
        Assert.StartsWith("mean score of ", back.Reason, StringComparison.Ordinal);
        Assert.Null(list.Models.Single(model => model.Version == active).RolledBack);
        await _silo.RestartAsync();
        Assert.Equal(back, (await ListAsync()).Models.Single(model => model.Version == canary).RolledBack);
        await _silo.CanaryAsync(canary, 50);
        Assert.Null((await ListAsync()).Models.Single(model => model.Version == canary).RolledBack);
    }

    [Fact]
    public async Task Who_has_a_state_of_a_version_that_is_taken_back_is_served_by_the_other_one_without_waiting_for_the_background()
    {
        await StartAsync(new() { Drift = 0.2, ErrorRate = null, LogLoss = null }, reencodingShare: 1e-7);
        var active = await _checked.ActivateAsync(Seed);
        await _silo.CanaryAsync(await _checked.PublishAsync(RandomModels.ShiftedFiles(RandomModels.Of(Seed), 6)), 50);
        await _checked.ResidentAsync(Users);

        await ScoreUntilAsync(async () => (await ListAsync()).Canary is null);

        // Once each silo has been told.
        await ScoreUntilAsync(async () => (await ScoreAllAsync()).TrueForAll(score => score.ModelVersion == active));
    }

    [Fact]
    public async Task A_canary_whose_outcomes_it_foresees_worse_is_rolled_back()
    {
        await StartAsync(new() { Drift = null, ErrorRate = null, LogLoss = 0.3 });
        var (active, canary) = await RunningAsync(shift: 6);

        await ScoreUntilAsync(async () => (await ListAsync()).Canary is null, withOutcomes: true);

        var list = await ListAsync();
        Assert.Equal(active, list.Active);
        Assert.StartsWith("log loss of ", list.Models.Single(model => model.Version == canary).RolledBack!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_that_cannot_answer_what_the_active_version_can_is_rolled_back()
    {
        await StartAsync(new() { Drift = null, ErrorRate = 0.1, LogLoss = null });
        var shape = RandomModels.Config(new Random(Seed));
        var active = await _checked.PublishAsync(RandomModels.Files(Seed, shape with { Tasks = ["like", "share"] }));
        await _silo.ActiveAsync(active);
        var canary = await _checked.PublishAsync(RandomModels.Files(Seed, shape with { Tasks = ["like"] }));
        await _silo.CanaryAsync(canary, 50);

        var failed = 0;
        while ((await ListAsync()).Canary is not null)
        {
            foreach (var user in Enumerable.Range(0, Users).Select(i => _silo.User($"user {i}")))
            {
                try
                {
                    await user.ScoreAsync(new([new Candidate("1", [])], null, 1, "share", null), Token);
                }
                catch (UnknownTaskException)
                {
                    failed++;
                }
            }
        }

        Assert.NotEqual(0, failed);
        Assert.StartsWith("error rate ", (await ListAsync()).Models.Single(model => model.Version == canary).RolledBack!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_no_version_has_is_its_callers_fault()
    {
        await StartAsync(new() { Drift = null, ErrorRate = 0.1, LogLoss = null });
        var active = await _checked.ActivateAsync(Seed);

        await Assert.ThrowsAsync<UnknownTaskException>(() => _silo.User().ScoreAsync(new([new Candidate("1", [])], null, 1, "nobody's", null), Token));
        await _checked.ScoreAsync(_silo.User());

        var silo = (await _silo.Grains.GetGrain<IClusterGrain>(0).ListAsync(Token)).Silos.Single();
        var tally = Assert.Single((await _silo.Grains.GetGrain<ISiloGrain>(silo.Id).TalliesAsync(Token)).Now);
        Assert.Equal((active, 1, 0), (tally.Version, tally.Failed.Count, tally.Failed.Sum));
    }

    [Fact]
    public async Task A_version_that_became_active_for_all_and_is_far_off_gives_way_to_the_one_before_and_stays_when_somebody_insists()
    {
        await StartAsync(new() { Drift = 0.2, ErrorRate = null, LogLoss = null });
        var (first, second) = await PublishedAsync(shift: 6);
        await ScoreAllAsync();
        await ScoreAllAsync();

        await _silo.ActiveAsync(second);
        await ScoreUntilAsync(async () => (await ListAsync()).Active == first);

        var list = await ListAsync();
        Assert.Equal((first, second), (list.Active, list.Previous));
        Assert.StartsWith("mean score of ", list.Models.Single(model => model.Version == second).RolledBack!.Reason, StringComparison.Ordinal);

        await _silo.ActiveAsync(second);
        for (var round = 0; round < 10; round++)
        {
            await ScoreAllAsync();
        }

        Assert.Equal(second, (await ListAsync()).Active);
    }

    [Fact]
    public async Task A_canary_that_does_as_well_goes_on_until_it_is_active()
    {
        await StartAsync(new() { Drift = 0.2, ErrorRate = 0.1, LogLoss = 0.3 });
        var (_, canary) = await RunningAsync(shift: 0.01f);

        for (var round = 0; round < 10; round++)
        {
            await ScoreAllAsync(withOutcomes: true);
        }

        Assert.Equal(new CanaryShare(canary, 50), (await ListAsync()).Canary);
        await _silo.ActiveAsync(canary);
        for (var round = 0; round < 10; round++)
        {
            await ScoreAllAsync();
        }

        Assert.Equal(canary, (await ListAsync()).Active);
    }

    private Task<ModelList> ListAsync() => _silo.Registry.ListAsync(Token);

    private async Task StartAsync(GuardOptions guard, double reencodingShare = 1)
    {
        _silo = new OneSilo { ReencodingShare = reencodingShare, Guard = guard with { Least = Least, Period = TimeSpan.FromMilliseconds(50) } };
        _checked = new CheckedUsers(_silo);
        await _silo.InitializeAsync();
    }

    /// <summary>A model that is active, and one that differs from it in that each logit is larger by so much.</summary>
    private async Task<(string First, string Second)> PublishedAsync(float shift)
    {
        var first = await _checked.ActivateAsync(Seed);
        await _checked.ResidentAsync(Users);
        return (first, await _checked.PublishAsync(RandomModels.ShiftedFiles(RandomModels.Of(Seed), shift)));
    }

    /// <summary>The same, the other one being the canary of half of the users.</summary>
    private async Task<(string Active, string Canary)> RunningAsync(float shift)
    {
        var (active, canary) = await PublishedAsync(shift);
        await _silo.CanaryAsync(canary, 50);
        return (active, canary);
    }

    private async Task ScoreUntilAsync(Func<Task<bool>> isDone, bool withOutcomes = false)
    {
        while (!await isDone())
        {
            Token.ThrowIfCancellationRequested();
            await ScoreAllAsync(withOutcomes);
        }
    }

    /// <summary>Scores all users, exactly; nothing that they were shown came to anything.</summary>
    private async Task<List<ScoreResult>> ScoreAllAsync(bool withOutcomes = false)
    {
        var scores = new List<ScoreResult>();
        foreach (var user in Enumerable.Range(0, Users).Select(i => _silo.User($"user {i}")))
        {
            var requestId = Guid.NewGuid().ToString();
            scores.Add(await _checked.ScoreAsync(user, requestId));
            if (withOutcomes)
            {
                var outcome = new Outcome(user.GetPrimaryKeyString(), 1_700_000_000_000, requestId, [new("1", [], [new(scores[^1].Tasks[0], IsPositive: false)])]);
                Assert.Equal(1, (await _silo.Grains.GetGrain<IOutcomeGrain>(0).AddAsync([outcome], Token)).Accepted);
            }
        }

        return scores;
    }
}
