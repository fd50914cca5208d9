namespace Longer.Grid.Cluster.Tests;

/// <summary>A database that says nothing delays nobody but those who need it.</summary>
public sealed class HangTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_an_append_hangs_its_user_is_scored_deadlines_hold_behind_a_prefill_and_it_counts_once_when_the_database_goes_on(bool frozen)
    {
        var verdict = await HangScenario.RunAsync(frozen);

        Assert.Equal(100, verdict.Scores.Count);
        Assert.All(verdict.Scores, score => Assert.Equal((200, 8L, "warm"), (score.Status, score.UserEvents, score.Body!["cache"]!.GetValue<string>())));
        Assert.All(verdict.Prefills, prefill => Assert.Equal((200, "cold"), (prefill.Status, prefill.Body!["cache"]!.GetValue<string>())));
        Assert.All(verdict.Deadlines, of => Assert.True(of.Answer is { Status: 200 } or { Status: 504, Problem: "deadline-passed" }, $"{of.Answer}"));
        Assert.NotEmpty(verdict.RefusedDuringPrefill);
        Assert.True(Median(verdict.RefusedDuringPrefill) < Median(verdict.Prefills) / 2, $"refused after {Median(verdict.RefusedDuringPrefill)}, prefills took {Median(verdict.Prefills)}");
        Assert.NotEmpty(verdict.Appends.SkipLast(1));
        Assert.All(verdict.Appends.SkipLast(1), append =>
        {
            Assert.Contains(append.Problem, (string[])["store-unavailable", "grid-unavailable", "overloaded"]);
            Assert.Equal(503, append.Status);
            Assert.NotNull(append.RetryAfter);
        });
        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"{i}"), verdict.Kept);
    }

    private static TimeSpan Median(IEnumerable<Answered> answers) => answers.Select(answer => answer.Took).Order().ToList() is var took ? took[took.Count / 2] : default;

    [Fact]
    public async Task PostgreSQL_that_stands_still_for_20_seconds_takes_nothing_acknowledged_and_needs_no_restart_of_the_grid()
    {
        var verdict = (await HangScenario.UnderLoadAsync()).ShouldKeepEverything();

        Assert.True(verdict.InFlight > 0);
        Assert.Contains(verdict.Failures, failure => failure.At < verdict.Mended && failure.Request.StartsWith("append", StringComparison.Ordinal));
        Assert.All(verdict.Failures, failure => Assert.StartsWith("503", failure.Problem, StringComparison.Ordinal));
        Assert.DoesNotContain(verdict.Failures, failure => failure.At > verdict.Mended + (2 * FaultScenarios.ErrorsEnd));
        Assert.Contains(
            verdict.Answers, answer => answer.Kind == "score" && answer.Sent > verdict.Fault + TimeSpan.FromSeconds(5) && answer.Sent + answer.Took < verdict.Mended);
    }

    [Fact]
    public async Task Without_reads_beside_writes_a_hanging_append_holds_its_users_scores_back() =>
        Assert.Contains((await HangScenario.RunAsync(frozen: true, without: "reads-beside-writes")).Scores, score => score.Status != 200);

    [Fact]
    public async Task Without_deadlines_a_score_with_little_time_waits_for_another_users_prefill() =>
        Assert.Empty((await HangScenario.RunAsync(frozen: true, without: "deadlines")).RefusedDuringPrefill);
}
