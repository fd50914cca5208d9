namespace Longer.Grid.Cluster.Tests;

/// <summary>Events that are sent again are counted once.</summary>
public sealed class RepeatTests
{
    [Fact]
    public async Task The_same_append_sent_twice_is_counted_once() => Assert.Equal(Kept.Everything, await RepeatScenarios.TwiceAsync());

    [Fact]
    public async Task An_append_sent_again_after_a_time_out_is_counted_once() => Assert.Equal(Kept.Everything, await RepeatScenarios.AfterTimeoutAsync());

    [Fact]
    public async Task A_batch_of_10000_events_sent_again_after_kill_9_between_commit_and_answer_is_counted_once() =>
        Assert.Equal(Kept.Everything, await RepeatScenarios.KilledBeforeTheAnswerAsync());

    [Fact]
    public async Task Without_the_repeat_check_the_same_append_sent_twice_is_counted_twice() =>
        Assert.Equal(300, (await RepeatScenarios.TwiceAsync(without: "repeat-check")).Doubled);

    [Fact]
    public async Task Without_the_repeat_check_an_append_sent_again_after_a_time_out_is_counted_twice() =>
        Assert.Equal(300, (await RepeatScenarios.AfterTimeoutAsync(without: "repeat-check")).Doubled);

    [Fact]
    public async Task Without_the_repeat_check_a_batch_sent_again_after_kill_9_is_counted_twice() =>
        Assert.Equal(10_000, (await RepeatScenarios.KilledBeforeTheAnswerAsync(without: "repeat-check")).Doubled);
}
