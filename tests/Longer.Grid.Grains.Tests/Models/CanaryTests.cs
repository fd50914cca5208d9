namespace Longer.Grid.Grains.Tests;

/// <summary>A canary serves its part of the users, and the active version all others, each score exactly.</summary>
public sealed class CanaryTests : IAsyncLifetime
{
    private const int Users = 30;
    private const int First = 31;
    private const int Second = 34;

    private readonly OneSilo _silo = new();
    private readonly CheckedUsers _checked;

    public CanaryTests() => _checked = new CheckedUsers(_silo);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Its_part_grows_to_all_and_every_answer_is_warm_and_of_the_version_it_names()
    {
        var first = await _checked.ActivateAsync(First);
        var users = await _checked.ResidentAsync(Users);
        var second = await _checked.PublishAsync(Second);

        foreach (var percent in new[] { 20, 60 })
        {
            await _silo.CanaryAsync(second, percent);
            await ServedAsync(users, first, second, percent);
            var list = await _silo.Registry.ListAsync(Token);
            Assert.Equal((first, new CanaryShare(second, percent)), (list.Active, list.Canary));
            Assert.Equal([ModelState.Canary, ModelState.Active], list.Models.Select(model => model.State));
            Assert.Equal($"canary {percent} %", Assert.Single(await _silo.Registry.RolloutsAsync(Token)).Text);
        }

        Assert.Equal(ModelState.Active, await _silo.Registry.ActivateAsync(second, Token));

        await ServedAsync(users, first, second, 100);
        var after = await _silo.Registry.ListAsync(Token);
        Assert.Equal((second, first, null), (after.Active, after.Previous, after.Canary));
        Assert.Empty(await _silo.Registry.RolloutsAsync(Token));
    }

    [Fact]
    public async Task A_smaller_part_gives_users_back()
    {
        var first = await _checked.ActivateAsync(First);
        var users = await _checked.ResidentAsync(Users);
        var second = await _checked.PublishAsync(Second);
        await _silo.CanaryAsync(second, 60);
        await ServedAsync(users, first, second, 60);

        await _silo.CanaryAsync(second, 20);

        await ServedAsync(users, first, second, 20);
    }

    [Fact]
    public async Task Users_without_a_state_are_scored_at_once_by_the_version_that_is_to_serve_them()
    {
        var first = await _checked.ActivateAsync(First);
        var second = await _checked.PublishAsync(Second);
        await _silo.CanaryAsync(second, 50);

        foreach (var id in Enumerable.Range(0, Users).Select(i => $"cold {i}"))
        {
            Assert.Equal(CanaryUsers.Includes(id, second, 50) ? second : first, (await _checked.ScoreAsync(_silo.User(id))).ModelVersion);
        }
    }

    [Fact]
    public async Task A_rollback_ends_the_canary_and_only_that()
    {
        await _checked.ActivateAsync(Second + 1);
        var first = await _checked.ActivateAsync(First);
        var users = await _checked.ResidentAsync(Users);
        var second = await _checked.PublishAsync(Second);
        var before = (await _silo.Registry.ListAsync(Token)).Previous;
        await _silo.CanaryAsync(second, 50);
        await ServedAsync(users, first, second, 50);

        Assert.Equal(new(first, ModelState.Active), await _silo.Registry.RollBackAsync(Token));

        await ServedAsync(users, first, second, 0);
        var list = await _silo.Registry.ListAsync(Token);
        Assert.Equal((first, before, null), (list.Active, list.Previous, list.Canary));
        Assert.Equal(ModelState.Published, list.Models[0].State);
        Assert.Null(list.Models[0].RolledBack);
    }

    [Fact]
    public async Task Starts_and_ends_in_the_midst_of_it_keep_every_answer_warm()
    {
        var first = await _checked.ActivateAsync(First);
        var users = await _checked.ResidentAsync(Users);
        var second = await _checked.PublishAsync(Second);

        for (var turn = 0; turn < 5; turn++)
        {
            await _silo.CanaryAsync(second, 30 + (10 * turn));
            Assert.True((await _checked.ScoreAsync(users[turn])).Warm);
            await _silo.Registry.RollBackAsync(Token);
            Assert.True((await _checked.ScoreAsync(users[turn])).Warm);
        }

        await _silo.CanaryAsync(second, 80);
        await ServedAsync(users, first, second, 80);
    }

    [Fact]
    public async Task While_it_runs_another_version_is_refused_with_its_name()
    {
        await _checked.ActivateAsync(First);
        var second = await _checked.PublishAsync(Second);
        var third = await _checked.PublishAsync(Second + 1);
        await _silo.CanaryAsync(second, 10);

        Assert.Equal(second, (await Assert.ThrowsAsync<CanaryRunningException>(() => _silo.Registry.ActivateAsync(third, Token))).Canary);
        Assert.Equal(second, (await Assert.ThrowsAsync<CanaryRunningException>(() => _silo.Registry.StartCanaryAsync(third, 10, Token))).Canary);

        await _silo.Registry.RollBackAsync(Token);
        await _silo.ActiveAsync(third);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_part_of_none_or_of_all_is_no_canary(int percent) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _silo.Registry.StartCanaryAsync("beef", percent, Token));

    [Fact]
    public async Task Without_an_active_version_there_is_no_canary_and_the_active_one_is_none()
    {
        var first = await _checked.PublishAsync(First);

        Assert.Equal("?percent", (await Assert.ThrowsAsync<ModelRejectedException>(() => _silo.Registry.StartCanaryAsync(first, 10, Token))).Part);

        await _silo.ActiveAsync(first);
        Assert.Equal(ModelState.Active, await _silo.Registry.StartCanaryAsync(first, 10, Token));
        Assert.Null((await _silo.Registry.ListAsync(Token)).Canary);
    }

    [Fact]
    public async Task A_restart_in_the_midst_of_it_goes_on_with_the_same_part()
    {
        var first = await _checked.ActivateAsync(First);
        var users = await _checked.ResidentAsync(Users);
        var second = await _checked.PublishAsync(Second);
        await _silo.CanaryAsync(second, 40);

        await _silo.RestartAsync();

        Assert.Equal(new CanaryShare(second, 40), (await _silo.Registry.ListAsync(Token)).Canary);
        foreach (var id in users.Select(user => user.GetPrimaryKeyString()))
        {
            Assert.Equal(CanaryUsers.Includes(id, second, 40) ? second : first, (await _checked.ScoreAsync(_silo.User(id))).ModelVersion);
        }

        await _silo.ActiveAsync(second);
        Assert.Equal(second, (await _checked.ScoreAsync(_silo.User("a stranger"))).ModelVersion);
    }

    [Fact]
    public async Task A_save_that_failed_starts_no_canary()
    {
        var first = await _checked.ActivateAsync(First);
        var second = await _checked.PublishAsync(Second);
        _silo.GrainStorage.FailBefore = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _silo.Registry.StartCanaryAsync(second, 99, Token));

        _silo.GrainStorage.FailBefore = false;
        Assert.Null((await _silo.Registry.ListAsync(Token)).Canary);
        Assert.Equal(first, (await _checked.ScoreAsync(_silo.User("a stranger"))).ModelVersion);
        await _silo.CanaryAsync(second, 99);
    }

    /// <summary>Holds every user to its version, warm at all times, once all have states of it.</summary>
    private async Task ServedAsync(List<IUserGrain> users, string active, string canary, int percent)
    {
        foreach (var user in users)
        {
            Assert.True((await _checked.ScoreAsync(user)).Warm);
        }

        await _silo.ReencodedAsync();
        foreach (var user in users)
        {
            var answer = await _checked.ScoreAsync(user);
            Assert.Equal((CanaryUsers.Includes(user.GetPrimaryKeyString(), canary, percent) ? canary : active, true), (answer.ModelVersion, answer.Warm));
        }
    }
}
