namespace Longer.Grid.Cluster.Tests;

/// <summary>What is damaged is named, to callers and in the log, and refused; the rest serves.</summary>
public sealed class DamageTests
{
    [Fact]
    public async Task A_damaged_segment_is_named_in_the_error_and_once_in_the_log_and_other_users_are_served()
    {
        var verdict = await DamageScenarios.SegmentAsync();

        Assert.All(verdict.Refused, answer =>
        {
            Assert.Equal((500, "user-unreadable"), (answer.Status, answer.Problem));
            Assert.Contains($"Segment 2 of user {DamageScenarios.Damaged}", answer.Detail, StringComparison.Ordinal);
        });
        Assert.All(verdict.Served, answer => Assert.Equal(200, answer.Status));
        Assert.Single(verdict.ErrorLines, line => line.Contains($"Segment 2 of user {DamageScenarios.Damaged}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, "config.json or weights.safetensors")]
    [InlineData(true, "head.out.bias")]
    public async Task A_damaged_active_model_is_named_in_the_error_and_the_log_events_are_taken_and_another_model_serves(bool toNaN, string named)
    {
        var (verdict, version) = await DamageScenarios.ActiveModelAsync(toNaN);

        Assert.Equal((503, "no-active-model"), (verdict.Refused[0].Status, verdict.Refused[0].Problem));
        Assert.Contains(version, verdict.Refused[0].Detail, StringComparison.Ordinal);
        Assert.Contains(named, verdict.Refused[0].Detail, StringComparison.Ordinal);
        Assert.Contains(named, verdict.Refused[1].Detail, StringComparison.Ordinal);
        Assert.All(verdict.Served, answer => Assert.Equal(200, answer.Status));
        Assert.Contains(verdict.ErrorLines, line => line.Contains(version, StringComparison.Ordinal) && line.Contains(named, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, "config.json or weights.safetensors")]
    [InlineData(true, "head.out.bias")]
    public async Task A_damaged_model_does_not_become_active_is_named_in_the_error_and_the_log_and_the_active_one_serves(bool toNaN, string named)
    {
        var (verdict, version) = await DamageScenarios.PublishedModelAsync(toNaN);

        Assert.Equal("model-not-loadable", verdict.Refused[0].Problem);
        Assert.Contains(named, verdict.Refused[0].Detail, StringComparison.Ordinal);
        Assert.All(verdict.Served, answer => Assert.Equal(200, answer.Status));
        Assert.Contains(verdict.ErrorLines, line => line.Contains(version, StringComparison.Ordinal) && line.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_checksums_a_damaged_segment_is_read_as_other_events() =>
        Assert.Contains((await DamageScenarios.SegmentAsync(without: "checksums")).Refused, answer => answer.Status == 200);

    [Fact]
    public async Task Without_the_check_of_its_version_a_damaged_model_serves() =>
        Assert.Equal(200, (await DamageScenarios.ActiveModelAsync(toNaN: false, without: "version-check")).Verdict.Refused[0].Status);
}
