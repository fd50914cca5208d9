namespace Longer.Grid.Cluster.Tests;

/// <summary>Models become active while users append and score, and nobody notices.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task Three_pushes_in_a_row_fail_no_request_leave_every_user_warm_and_each_score_is_of_the_version_it_names()
    {
        var verdict = await PushScenarios.ThreeInARowAsync();

        Assert.Empty(verdict.Load.ShouldKeepEverything().Failures);
        Assert.Equal(0, verdict.Cold);
        Assert.All(verdict.Versions, versions => Assert.Equal(4, versions.Distinct().Count()));
        Assert.All(verdict.OfSilos, version => Assert.Equal(verdict.Active, version));
    }

    [Fact]
    public async Task Without_states_computed_anew_in_the_background_a_push_leaves_users_cold() =>
        Assert.NotEqual(0, (await PushScenarios.ThreeInARowAsync(without: "reencoding")).Cold);

    [Fact]
    public async Task A_push_while_a_silo_dies_ends_with_one_version_on_all_that_are_left()
    {
        var verdict = await PushScenarios.WhileSilosChangeAsync(joins: false);

        verdict.Load.ShouldKeepEverything();
        Assert.Equal(2, verdict.OfSilos.Count);
        Assert.All(verdict.OfSilos, version => Assert.Equal(verdict.Active, version));
        Assert.All(verdict.Versions, versions => Assert.Equal(verdict.Active, versions[^1]));
    }

    [Fact]
    public async Task A_push_while_users_move_to_a_new_silo_fails_no_request_and_ends_with_one_version_on_all()
    {
        var verdict = await PushScenarios.WhileSilosChangeAsync(joins: true);

        Assert.Empty(verdict.Load.ShouldKeepEverything().Failures);
        Assert.Equal(4, verdict.OfSilos.Count);
        Assert.All(verdict.OfSilos, version => Assert.Equal(verdict.Active, version));
        Assert.All(verdict.Versions, versions => Assert.Equal(verdict.Active, versions[^1]));
    }

    [Fact]
    public async Task A_push_that_one_silo_cannot_load_changes_nothing_and_names_the_silo_and_both_sizes()
    {
        var (verdict, refused) = await PushScenarios.ThatOneSiloCannotLoadAsync();

        Assert.Empty(verdict.Load.ShouldKeepEverything().Failures);
        Assert.Equal(409, refused.Status);
        Assert.Contains("Silo ", refused.Detail, StringComparison.Ordinal);
        Assert.Equal("model-not-loadable", refused.Problem);
        Assert.All(verdict.Versions, versions => Assert.Equal([verdict.Active!], versions));
        Assert.All(verdict.OfSilos, version => Assert.Equal(verdict.Active, version));
    }
}
