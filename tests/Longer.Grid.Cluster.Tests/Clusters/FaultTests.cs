namespace Longer.Grid.Cluster.Tests;

/// <summary>What a production cluster meets, with real processes: nothing acknowledged is lost or doubled, and errors end soon.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Kill_9_of_one_serving_silo_of_three_loses_and_doubles_nothing_and_its_errors_end_within_10_seconds()
    {
        var verdict = (await FaultScenarios.KillOneAsync()).ShouldKeepEverything();

        Assert.InRange(verdict.DeclaredDead, TimeSpan.Zero, FaultScenarios.ErrorsEnd);
        Assert.InRange(verdict.LastError, TimeSpan.Zero, FaultScenarios.ErrorsEnd);
        Assert.Contains(verdict.Answers, answer => answer.Sent > verdict.Fault + FaultScenarios.ErrorsEnd);
    }

    // A gateway that stays finds the new silos by itself.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kill_9_of_all_loses_and_doubles_nothing_and_its_errors_end_within_10_seconds_of_the_restart(bool gatewayToo)
    {
        var verdict = (await FaultScenarios.KillAllAsync(gatewayToo)).ShouldKeepEverything();

        Assert.DoesNotContain(verdict.Failures, failure => failure.At > verdict.Mended + FaultScenarios.ErrorsEnd);
        Assert.Contains(verdict.Answers, answer => answer.Sent > verdict.Mended + FaultScenarios.ErrorsEnd);
    }

    [Fact]
    public async Task PostgreSQL_that_is_restarted_takes_nothing_acknowledged_and_its_errors_end_within_10_seconds()
    {
        var verdict = (await FaultScenarios.DatabaseRestartedAsync()).ShouldKeepEverything();

        Assert.All(verdict.Failures, failure => Assert.StartsWith("503", failure.Problem, StringComparison.Ordinal));
        Assert.DoesNotContain(verdict.Failures, failure => failure.At > verdict.Mended + FaultScenarios.ErrorsEnd);
    }

    [Fact]
    public async Task PostgreSQL_that_crashes_and_is_gone_for_20_seconds_takes_nothing_acknowledged_and_needs_no_restart_of_the_grid()
    {
        var verdict = (await FaultScenarios.DatabaseGoneAsync()).ShouldKeepEverything();

        // After the start the database recovers from its log first.
        Assert.Contains(verdict.Failures, failure => failure.At < verdict.Mended && failure.Request.StartsWith("append", StringComparison.Ordinal));
        Assert.All(verdict.Failures, failure => Assert.StartsWith("503", failure.Problem, StringComparison.Ordinal));
        Assert.DoesNotContain(verdict.Failures, failure => failure.At > verdict.Mended + (2 * FaultScenarios.ErrorsEnd));
        Assert.Contains(verdict.Answers, answer => answer.Kind == "score" && answer.Sent > verdict.Fault + TimeSpan.FromSeconds(5) && answer.Sent + answer.Took < verdict.Mended);
    }

    [Fact]
    public async Task A_silo_that_freezes_past_its_eviction_and_goes_on_writes_nothing_and_its_successors_are_not_blocked()
    {
        var verdict = (await FaultScenarios.FreezeAsync()).ShouldKeepEverything();

        // Its connections stay open, so that it takes longer to notice than a silo that is gone.
        Assert.InRange(verdict.DeclaredDead, TimeSpan.Zero, FaultScenarios.ErrorsEnd);
        Assert.InRange(verdict.LastError, TimeSpan.Zero, 2 * FaultScenarios.ErrorsEnd);
    }

    [Fact]
    public async Task What_a_frozen_silo_was_asked_to_write_is_not_written_once_others_own_its_users() =>
        Assert.All(await FrozenScenarios.StaleWritesAsync(), kept => Assert.Equal(Kept.Everything, kept));

    [Fact]
    public async Task A_silo_that_freezes_inside_a_commit_does_not_block_the_users_new_owner()
    {
        var (verdict, blocked) = await FrozenScenarios.InsideCommitAsync();

        verdict.ShouldKeepEverything();
        Assert.InRange(blocked, TimeSpan.Zero, FaultScenarios.ErrorsEnd);
        Assert.InRange(verdict.LastError, TimeSpan.Zero, 2 * FaultScenarios.ErrorsEnd);
    }
}
