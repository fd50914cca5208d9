using System.Collections.Immutable;
using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

/// <summary>What the store does wrong, the grain survives: memory is never ahead of it, and no acknowledged event is lost.</summary>
public sealed class UserFaultTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private const long Start = 1_700_000_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hanging_store_never_delays_the_scores_of_a_resident_user()
    {
        await silo.ActivateAsync(RandomModels.Files(31));
        var user = silo.User();
        await user.AppendAsync([UserGrainTests.Event(1, Start)], Token);
        await user.ScoreAsync(Request(), Token);
        silo.Store.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = user.AppendAsync([UserGrainTests.Event(2, Start + 1)], Token);
        await silo.Store.Held.Task;

        for (var i = 0; i < 100; i++)
        {
            var scores = await user.ScoreAsync(Request(), Token);
            Assert.Equal((1, true), (scores.UserEvents, scores.Warm));
        }

        Assert.False(hanging.IsCompleted);
        silo.Store.Hold.SetResult();
        silo.Store.Hold = null;
        Assert.Equal(new AppendResult(1, 0, 2), await hanging);
        Assert.Equal(2, (await user.ScoreAsync(Request(), Token)).UserEvents);
    }

    [Fact]
    public async Task A_full_writer_queue_refuses_at_once_and_changes_nothing()
    {
        var user = silo.User();
        await user.AppendAsync([UserGrainTests.Event(0, Start)], Token);
        silo.Store.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Which of the five comes last is the transport's to say: one is refused, at once, while the store hangs.
        var calls = Enumerable.Range(1, 5).Select(i => user.AppendAsync([UserGrainTests.Event(i, Start + i)], Token)).ToList();
        var first = await Task.WhenAny(calls);
        silo.Store.Hold.SetResult();
        silo.Store.Hold = null;

        var refused = await Assert.ThrowsAsync<OverloadedException>(() => first);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        calls.Remove(first);
        await Task.WhenAll(calls);
        Assert.Equal(5, (await user.GetStatusAsync(Token)).UserEvents);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_failed_write_memory_says_what_the_store_says_and_the_batch_can_be_sent_again(bool committed)
    {
        var user = silo.User();
        await user.AppendAsync([UserGrainTests.Event(1, Start)], Token);
        (silo.Store.FailBefore, silo.Store.FailAfter) = (!committed, committed);
        ImmutableArray<BehaviorEvent> batch = [UserGrainTests.Event(2, Start + 1), UserGrainTests.Event(3, Start + 2)];

        await Assert.ThrowsAsync<StoreUnavailableException>(() => user.AppendAsync(batch, Token));

        (silo.Store.FailBefore, silo.Store.FailAfter) = (false, false);
        Assert.Equal(1, (await user.GetStatusAsync(Token)).UserEvents);
        var again = await user.AppendAsync(batch, Token);
        Assert.Equal(committed ? new AppendResult(0, 2, 3) : new AppendResult(2, 0, 3), again);
        Assert.Equal(["1", "2", "3"], (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
    }

    [Fact]
    public async Task A_fenced_activation_writes_nothing_and_the_retry_sees_what_the_other_wrote()
    {
        var user = silo.User();
        await user.AppendAsync([UserGrainTests.Event(1, Start)], Token);
        var id = user.GetPrimaryKeyString();
        var successor = await UserLife.LoadAsync(silo.Store, id, await silo.Store.OpenAsync(id), 100, new HashSet<string>());
        BehaviorEvent[] other = [UserGrainTests.Event(2, Start + 1)];
        Assert.True(await silo.Store.WriteAsync(id, successor.Epoch!.Value, 1, 2, replaces: false, successor.SegmentsWith(other)));

        await Assert.ThrowsAsync<StaleWriterException>(() => user.AppendAsync([UserGrainTests.Event(3, Start + 2)], Token));

        Assert.Equal(new AppendResult(1, 0, 3), await user.AppendAsync([UserGrainTests.Event(3, Start + 2)], Token));
        Assert.Equal(["1", "2", "3"], (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
    }

    [Fact]
    public async Task A_user_that_cannot_be_loaded_is_refused_by_a_typed_error_and_tried_again()
    {
        var user = silo.User();
        silo.Store.FailReads = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => user.GetStatusAsync(Token));

        silo.Store.FailReads = false;
        Assert.Equal(new AppendResult(1, 0, 1), await user.AppendAsync([UserGrainTests.Event(1, Start)], Token));
    }

    [Fact]
    public async Task A_damaged_segment_is_named_and_other_users_are_served()
    {
        var user = silo.User();
        await user.AppendAsync([.. Enumerable.Range(0, 300).Select(i => UserGrainTests.Event(i, Start + i))], Token);
        var id = user.GetPrimaryKeyString();
        await DamageAsync(id);
        await silo.DeactivateAllAsync();

        var error = await Assert.ThrowsAsync<UserUnreadableException>(() => user.GetHistoryAsync(300, null, Token));

        Assert.Contains($"Segment 0 of user {id}", error.Message, StringComparison.Ordinal);
        Assert.Equal(new AppendResult(1, 0, 1), await silo.User().AppendAsync([UserGrainTests.Event(1, Start)], Token));
    }

    [Fact]
    public async Task A_score_ends_at_its_own_time_while_the_store_hangs()
    {
        await silo.ActivateAsync(RandomModels.Files(32));
        var user = silo.User();
        silo.Store.HoldOpens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var late = await Assert.ThrowsAsync<OverloadedException>(() => user.ScoreAsync(Request() with { Timeout = TimeSpan.FromMilliseconds(20) }, Token));
        Assert.True(late.IsLate);

        // Nor does it keep its model loaded: the next one is flipped to while the store still hangs.
        await silo.ActivateAsync(RandomModels.Files(33));
        silo.Store.HoldOpens.SetResult();
        silo.Store.HoldOpens = null;
        Assert.Equal(0, (await user.ScoreAsync(Request(), Token)).UserEvents);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_user_who_cannot_be_read_can_be_forgotten_and_replaced(bool forgotten)
    {
        var user = silo.User();
        await user.AppendAsync([.. Enumerable.Range(0, 300).Select(i => UserGrainTests.Event(i, Start + i))], Token);
        await user.SetProfileAsync([new("country", "ch")], Token);
        await DamageAsync(user.GetPrimaryKeyString());
        await silo.DeactivateAllAsync();
        await Assert.ThrowsAsync<UserUnreadableException>(() => user.AppendAsync([UserGrainTests.Event(1, Start)], Token));

        if (forgotten)
        {
            await user.ForgetAsync(Token);
            Assert.Null(await silo.Store.ReadHeadAsync(user.GetPrimaryKeyString()));
        }
        else
        {
            Assert.Equal(new AppendResult(1, 0, 1), await user.ReplaceAsync([UserGrainTests.Event(7, Start)], Token));
            Assert.NotEmpty((await silo.Store.ReadHeadAsync(user.GetPrimaryKeyString()))!.Profile);
        }

        Assert.Equal(forgotten ? [] : ["7"], (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
    }

    [Fact]
    public async Task After_a_reading_that_failed_the_next_write_is_not_refused()
    {
        var user = silo.User();
        await user.AppendAsync([UserGrainTests.Event(1, Start)], Token);
        silo.Store.FailAfter = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => user.AppendAsync([UserGrainTests.Event(2, Start + 1)], Token));
        (silo.Store.FailAfter, silo.Store.FailSegments) = (false, true);

        // The user is taken over anew, and then cannot be read: whoever writes next is no stranger for that.
        await Assert.ThrowsAsync<StoreUnavailableException>(() => user.AppendAsync([UserGrainTests.Event(2, Start + 1)], Token));

        silo.Store.FailSegments = false;
        Assert.Equal(new AppendResult(0, 1, 2), await user.AppendAsync([UserGrainTests.Event(2, Start + 1)], Token));
    }

    [Fact]
    public async Task A_name_that_stands_twice_is_refused_and_changes_nothing()
    {
        var user = silo.User();
        await user.AppendAsync([UserGrainTests.Event(1, Start)], Token);

        await Assert.ThrowsAsync<ArgumentException>(() => user.SetProfileAsync([new("country", "ch"), new("country", "de")], Token));
        await Assert.ThrowsAsync<ArgumentException>(() => user.AppendAsync([new("2", "play", Start, [new("artist", "1"), new("artist", "2")])], Token));
        await Assert.ThrowsAsync<ArgumentException>(() => user.ReplaceAsync([new("2", "play", Start, [new("artist", "1"), new("artist", "2")])], Token));

        await silo.DeactivateAllAsync();
        Assert.Equal(["1"], (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
    }

    [Fact]
    public async Task A_caller_who_has_gone_while_the_store_hung_changes_nothing()
    {
        var user = silo.User();
        await user.AppendAsync([UserGrainTests.Event(1, Start)], Token);
        silo.Store.FailAfter = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => user.AppendAsync([UserGrainTests.Event(2, Start + 1)], Token));
        silo.Store.FailAfter = false;

        // The next write reads the user again first, and hangs there.
        silo.Store.HeldOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Store.HoldOpens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gone = new CancellationTokenSource();
        var call = user.AppendAsync([UserGrainTests.Event(3, Start + 2)], gone.Token);
        await silo.Store.HeldOpen.Task;

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        // A call after it has come through, so the cancellation has too.
        await user.GetStatusAsync(Token);
        silo.Store.HoldOpens.SetResult();
        silo.Store.HoldOpens = null;
        Assert.Equal(new AppendResult(1, 0, 3), await user.AppendAsync([UserGrainTests.Event(4, Start + 3)], Token));
        Assert.Equal(["1", "2", "4"], (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
    }

    [Fact]
    public async Task A_write_that_is_under_way_when_the_grain_is_deactivated_is_kept_if_it_is_acknowledged()
    {
        var user = silo.User();
        await user.AppendAsync([UserGrainTests.Event(0, Start)], Token);
        var acknowledged = new List<string>();
        for (var i = 1; i <= 30; i++)
        {
            var call = user.AppendAsync([UserGrainTests.Event(i, Start + i)], Token);
            var collected = i % 3 == 0 ? silo.DeactivateAllAsync() : Task.CompletedTask;
            Assert.Equal(1, (await call).Accepted);
            acknowledged.Add($"{i}");
            await collected;
        }

        Assert.Equal(["0", .. acknowledged], (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
    }

    // 20,000 events are more than are in memory, so that the oldest one has to be read.
    [Theory]
    [InlineData(2)]
    [InlineData(20_000)]
    public async Task A_status_is_of_one_state_while_the_history_is_replaced(int count)
    {
        var user = silo.User();
        foreach (var batch in Enumerable.Range(0, count).Select(i => UserGrainTests.Event(i, Start + i)).Chunk(5_000))
        {
            await user.AppendAsync([.. batch], Token);
        }

        await silo.DeactivateAllAsync();
        UserStatus[] either = [await user.GetStatusAsync(Token), new(1, 0, Start + 99_999, Start + 99_999, UserTier.Host, "", null, 0, 0)];
        Assert.Equal((count, 0, Start, Start + count - 1), Of(either[0]));
        await silo.DeactivateAllAsync();
        silo.Store.HeldOldest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Store.HoldOldest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var asked = user.GetStatusAsync(Token);
        await Task.WhenAny(asked, silo.Store.HeldOldest.Task);
        var replacing = user.ReplaceAsync([UserGrainTests.Event(7, Start + 99_999)], Token);
        for (var trips = 0; trips < 100 && !replacing.IsCompleted; trips++)
        {
            await user.GetHistoryAsync(1, null, Token);
        }

        silo.Store.HoldOldest.SetResult();
        silo.Store.HoldOldest = null;

        Assert.Contains(Of(await asked), either.Select(Of));
        await replacing;
        Assert.Equal(Of(either[1]), Of(await user.GetStatusAsync(Token)));

        static (long, long, long?, long?) Of(UserStatus status) => (status.UserEvents, status.FirstOrdinal, status.FirstAtMs, status.LastAtMs);
    }

    private static ScoreRequest Request() => new([new Candidate("1", [])], Start, null, null, null);

    /// <summary>Spoils the first of two segments.</summary>
    private async Task DamageAsync(string userId)
    {
        var successor = await silo.Store.OpenAsync(userId);
        var damaged = (await silo.Store.ReadSegmentsAsync(userId, 0, 0))[0];
        damaged.Events[^1] ^= 1;
        await silo.Store.WriteAsync(userId, successor.Epoch, 300, 300, replaces: false, [damaged]);
    }
}
