namespace Longer.Grid.Cluster.Tests;

/// <summary>Silos come and go while users append and score, and nobody notices.</summary>
public sealed class ScaleTests
{
    [Fact]
    public async Task A_new_silo_takes_its_share_within_a_minute_without_a_failed_request()
    {
        var (verdict, shared) = await ScaleScenarios.NewSiloAsync();

        Assert.True(shared);
        Assert.Empty(verdict.ShouldKeepEverything().Failures);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silo_that_is_told_to_end_moves_its_users_first_and_exits_0_without_a_failed_request(bool overHttp)
    {
        var (verdict, idleTiers) = await ScaleScenarios.EndAsync(overHttp);

        Assert.Empty(verdict.ShouldKeepEverything().Failures);
        Assert.Equal(["host"], idleTiers);
    }
}
