using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

/// <summary>After another model has become active, users keep being served, warm, until they have states of it.</summary>
public sealed class ReencodingTests : IAsyncLifetime
{
    private const int Users = 12;
    private const int First = 31;
    private const int Second = 34;

    private OneSilo _silo = new();
    private CheckedUsers? _users;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CheckedUsers Checked => _users ??= new CheckedUsers(_silo);

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Every_answer_is_warm_knows_all_events_and_is_of_the_version_it_names_until_all_users_have_states_of_the_new_one()
    {
        await Checked.ActivateAsync(First);
        var users = await Checked.ResidentAsync(Users);

        var second = await Checked.ActivateAsync(Second);
        var served = new List<string>();
        for (var round = 0; served.Count < Users || served[^Users..].Any(version => version != second); round++)
        {
            foreach (var user in users)
            {
                await CheckedUsers.AppendAsync(user, round);
                var answer = await Checked.ScoreAsync(user);
                Assert.True(answer.Warm);
                served.Add(answer.ModelVersion);
            }
        }

        await _silo.ReencodedAsync();
        Assert.All(await Task.WhenAll(users.Select(user => user.GetStatusAsync(Token))), status => Assert.Equal((UserTier.Device, second), (status.Tier, status.ModelVersion)));
    }

    [Fact]
    public async Task Users_who_are_asked_for_nothing_get_states_of_the_new_version_too()
    {
        await Checked.ActivateAsync(First);
        var users = await Checked.ResidentAsync(Users);

        var second = await Checked.ActivateAsync(Second);
        await _silo.ReencodedAsync();

        foreach (var user in users)
        {
            var answer = await Checked.ScoreAsync(user);
            Assert.Equal((second, true), (answer.ModelVersion, answer.Warm));
        }
    }

    [Fact]
    public async Task As_long_as_users_of_it_are_left_the_version_before_is_active_at_once_after_a_rollback()
    {
        await PauseAfterEachUserAsync();
        var first = await Checked.ActivateAsync(First);
        var users = await Checked.ResidentAsync(Users);
        var second = await Checked.ActivateAsync(Second);
        var under = Assert.Single(await _silo.Registry.RolloutsAsync(Token));
        Assert.Equal((second, RolloutPhase.Reencoding, Users), (under.Version, under.Phase, under.Of));

        Assert.Equal(new(first, ModelState.Active), await _silo.Registry.RollBackAsync(Token));

        var answers = new List<ScoreResult>();
        foreach (var user in users)
        {
            answers.Add(await Checked.ScoreAsync(user));
        }

        Assert.All(answers, answer => Assert.True(answer.Warm));
        Assert.InRange(answers.Count(answer => answer.ModelVersion == first), Users - 1, Users);
        Assert.Equal(first, (await Checked.ScoreAsync(_silo.User("a stranger"))).ModelVersion);
    }

    [Fact]
    public async Task Rollbacks_in_the_midst_of_it_end_with_every_user_warm_on_the_version_that_came_last()
    {
        var first = await Checked.ActivateAsync(First);
        var users = await Checked.ResidentAsync(Users);
        await Checked.ActivateAsync(Second);
        for (var turn = 0; turn < 5; turn++)
        {
            await Checked.ScoreAsync(users[turn]);
            Assert.Equal(ModelState.Active, (await _silo.Registry.RollBackAsync(Token)).State);
        }

        await _silo.ReencodedAsync();

        Assert.Equal(first, (await _silo.Registry.ListAsync(Token)).Active);
        foreach (var user in users)
        {
            var answer = await Checked.ScoreAsync(user);
            Assert.Equal((first, true), (answer.ModelVersion, answer.Warm));
        }
    }

    [Fact]
    public async Task A_third_version_waits_until_the_first_has_left_and_a_rollback_does_not_wait_for_it()
    {
        await PauseAfterEachUserAsync();
        var first = await Checked.ActivateAsync(First);
        await Checked.ResidentAsync(Users);
        var second = await Checked.ActivateAsync(Second);
        var third = await _silo.PublishAsync(RandomModels.Files(37));

        var activating = _silo.Registry.ActivateAsync(third, Token);

        var rollouts = await _silo.Registry.RolloutsAsync(Token);
        while (rollouts.Length < 2 || rollouts[1].Phase == RolloutPhase.Waiting)
        {
            // Until the call has come.
            rollouts = await _silo.Registry.RolloutsAsync(Token);
        }

        Assert.Equal([second, third], rollouts.Select(rollout => rollout.Version));
        Assert.Equal("loading 0/1 silos", rollouts[1].Text);
        Assert.False(activating.IsCompleted);
        Assert.Equal(second, (await Checked.ScoreAsync(_silo.User("a stranger"))).ModelVersion);
        Assert.Equal(new(first, ModelState.Active), await _silo.Registry.RollBackAsync(Token));
        Assert.Equal("rollback", (await Assert.ThrowsAsync<ModelRejectedException>(() => activating)).Part);
        Assert.Equal((first, second), await _silo.Registry.ListAsync(Token) is var list ? (list.Active, list.Previous) : default);
    }

    /// <summary>Starts the silo anew so that a version which leaves does so for longer than a test.</summary>
    private async Task PauseAfterEachUserAsync()
    {
        await _silo.DisposeAsync();
        _silo = new OneSilo { ReencodingShare = 1e-7 };
        await _silo.InitializeAsync();
    }
}
