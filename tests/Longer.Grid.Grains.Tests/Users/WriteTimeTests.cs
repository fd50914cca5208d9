using Microsoft.Extensions.Time.Testing;

namespace Longer.Grid.Grains.Tests;

/// <summary>A write that was refused because its time passed is never done later.</summary>
public sealed class WriteTimeTests : IAsyncLifetime
{
    private const long Start = 1_700_000_000_000;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddMilliseconds(Start));
    private readonly OneSilo _silo;

    public WriteTimeTests() => _silo = new OneSilo { Time = _time };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task A_write_whose_time_passed_before_its_turn_came_is_never_done()
    {
        var user = _silo.User();
        await user.AppendAsync([UserGrainTests.Event(1, Start)], Token);
        _silo.Store.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var underWay = user.AppendAsync([UserGrainTests.Event(2, Start + 1)], Token);
        await _silo.Store.Held.Task;

        // One more than may wait: the first to be refused says that all others are in the queue.
        var waiting = Enumerable.Range(0, 4).Select(i => user.ReplaceAsync([UserGrainTests.Event(90 + i, Start)], Token)).ToList();
        waiting.Remove(await Task.WhenAny(waiting));
        _time.Advance(new ServingOptions { Database = null! }.WriteTimeout);
        _silo.Store.Hold.SetResult();
        _silo.Store.Hold = null;

        // What was with the store is the store's to answer; what waited behind it is refused.
        Assert.Equal(new AppendResult(1, 0, 2), await underWay);
        foreach (var write in waiting)
        {
            var refused = await Assert.ThrowsAsync<OverloadedException>(() => write);
            Assert.Contains("nothing was changed", refused.Message, StringComparison.Ordinal);
        }

        await user.AppendAsync([UserGrainTests.Event(3, Start + 2)], Token);
        Assert.Equal(["1", "2", "3"], (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
    }

    [Fact]
    public async Task A_write_whose_time_passed_while_its_user_was_read_is_never_done_and_the_reading_serves_the_next_one()
    {
        var user = _silo.User();
        _silo.Store.HoldOpens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = user.AppendAsync([UserGrainTests.Event(1, Start)], Token);
        await _silo.Store.HeldOpen.Task;
        _time.Advance(new ServingOptions { Database = null! }.WriteTimeout);
        await Assert.ThrowsAsync<OverloadedException>(() => waiting);
        var next = user.AppendAsync([UserGrainTests.Event(2, Start)], Token);
        _silo.Store.HoldOpens.SetResult();
        _silo.Store.HoldOpens = null;

        Assert.Equal(new AppendResult(1, 0, 1), await next);
        Assert.Equal(["2"], (await UserGrainTests.AllAsync(user)).Select(e => e.ItemId));
    }
}
