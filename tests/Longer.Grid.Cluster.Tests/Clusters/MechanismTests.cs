namespace Longer.Grid.Cluster.Tests;

/// <summary>What the mechanisms are there for: without one of them, the scenario of a test in <see cref="FaultTests"/> or <see cref="ScaleTests"/> does not hold.</summary>
public sealed class MechanismTests
{
    [Fact]
    public async Task Without_answers_after_the_commit_kill_9_of_one_silo_loses_events() =>
        Assert.NotEqual(0, (await FaultScenarios.KillOneAsync(without: "answer-after-commit")).Kept.Lost);

    [Fact]
    public async Task Without_answers_after_the_commit_kill_9_of_all_loses_events() =>
        Assert.NotEqual(0, (await FaultScenarios.KillAllAsync(gatewayToo: true, without: "answer-after-commit")).Kept.Lost);

    [Fact]
    public async Task Without_answers_after_the_commit_a_crash_of_PostgreSQL_loses_events() =>
        Assert.NotEqual(0, (await FaultScenarios.DatabaseGoneAsync(without: "answer-after-commit")).Kept.Lost);

    [Fact]
    public async Task Without_answers_after_the_commit_a_restart_of_PostgreSQL_loses_events() =>
        Assert.NotEqual(0, (await FaultScenarios.DatabaseRestartedAsync(without: "answer-after-commit")).Kept.Lost);

    [Fact]
    public async Task Without_the_fence_a_frozen_silo_writes_over_what_others_wrote()
    {
        var cases = await FrozenScenarios.StaleWritesAsync(without: "fence");

        // A user who is not answered for a moment is no proof.
        Assert.All(cases, kept => Assert.NotEqual(0, kept.Lost + kept.Doubled + kept.Strange));
    }

    [Fact]
    public async Task Without_an_end_for_stalled_writers_a_silo_that_freezes_inside_a_commit_blocks_the_users_new_owner() =>
        Assert.True((await FrozenScenarios.InsideCommitAsync(without: "end-of-stalled-writers")).Blocked > FaultScenarios.ErrorsEnd);

    [Fact]
    public async Task Without_the_drain_the_users_of_a_silo_that_is_told_to_end_are_left_to_the_store() =>
        Assert.Equal(["store"], (await ScaleScenarios.EndAsync(overHttp: false, without: "drain")).IdleTiers);

    [Fact]
    public async Task Without_the_rebalancer_a_new_silo_gets_no_share_of_the_users_there_are() =>
        Assert.False((await ScaleScenarios.NewSiloAsync(without: "rebalance")).Shared);
}
