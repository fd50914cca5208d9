namespace Longer.Grid.Cluster.Tests;

/// <summary>What cannot be committed is refused, and memory never knows more than the store.</summary>
public sealed class FullDiskTests
{
    [Theory]
    [InlineData(FullDisk.SqliteDisk)]
    [InlineData(FullDisk.SqliteFileLimit)]
    [InlineData(FullDisk.PostgreSqlDisk)]
    [InlineData(FullDisk.PostgreSqlCommit)]
    public async Task An_append_that_meets_a_full_disk_is_refused_leaves_memory_as_the_store_is_and_is_accepted_once_when_there_is_room(FullDisk disk)
    {
        var verdict = await FullDiskScenario.RunAsync(disk);

        Assert.Equal((503, "store-unavailable"), (verdict.Refused.Status, verdict.Refused.Problem));
        Assert.NotNull(verdict.Refused.RetryAfter);
        Assert.Equal((300, 300L, 300L, 300L), (verdict.Stored, verdict.Status, verdict.Scored, verdict.Newest));
        Assert.Equal((200, 2_000, 0), Accepted(verdict.Again));
        Assert.Equal((200, 0, 2_000), Accepted(verdict.Repeated));
        Assert.Equal((2_300, 2_300), (verdict.Kept, verdict.StoredInTheEnd));
    }

    [Fact]
    public async Task Without_answers_after_the_commit_an_append_that_meets_a_full_disk_is_accepted_and_memory_is_ahead_of_the_store()
    {
        var verdict = await FullDiskScenario.RunAsync(FullDisk.PostgreSqlCommit, without: "answer-after-commit");

        Assert.Equal(200, verdict.Refused.Status);
        Assert.True(verdict.Status > verdict.Stored);
    }

    private static (int Status, int Accepted, int Duplicates) Accepted(Answered answer) =>
        (answer.Status, answer.Body?["accepted"]?.GetValue<int>() ?? -1, answer.Body?["duplicates"]?.GetValue<int>() ?? -1);
}
