namespace Longer.Grid.Cluster.Tests;

/// <summary>What cannot be served is refused by type, and does not pile up.</summary>
public sealed class OverloadTests
{
    [Fact]
    public async Task More_scores_than_can_be_served_are_refused_by_type_few_wait_and_a_score_afterwards_is_answered()
    {
        var verdict = await OverloadScenario.RunAsync();

        Assert.NotEmpty(verdict.Refused);
        Assert.All(verdict.Refused, answer =>
        {
            Assert.Equal((503, "overloaded"), (answer.Status, answer.Problem));
            Assert.True(answer.RetryAfter >= TimeSpan.FromSeconds(1));
        });
        Assert.True(verdict.Served.Count() >= OverloadScenario.AtOnce);
        Assert.InRange(verdict.Queued, 0, OverloadScenario.AtOnce);
        Assert.Equal((200, 0), (verdict.Then.Status, verdict.QueuedThen));
    }

    [Fact]
    public async Task Without_admission_they_pile_up_before_the_device()
    {
        var verdict = await OverloadScenario.RunAsync(without: "admission");

        Assert.Empty(verdict.Refused);
        Assert.True(verdict.Queued > 5 * OverloadScenario.AtOnce);
    }
}
