namespace Longer.Grid.Model.Tests;

/// <summary>The accounts alone; who is evicted when, and what a state costs, is in <see cref="EnginePressureTests"/>.</summary>
public sealed class KvPoolTests
{
    private readonly KvPool _pool = new(budgetBytes: 100, waitLimit: 2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_budget_can_be_used_to_the_last_byte_and_no_further()
    {
        Assert.True(_pool.TryReserve(60));
        Assert.True(_pool.TryReserve(40));

        Assert.False(_pool.TryReserve(1));
        Assert.Equal(100, _pool.UsedBytes);
    }

    [Fact]
    public async Task Who_waits_for_memory_gets_it_when_enough_is_returned()
    {
        Assert.True(_pool.TryReserve(100));
        var waiting = _pool.ReserveAsync(50, Token);

        _pool.Return(49);
        Assert.False(waiting.IsCompleted);

        _pool.Return(1);
        await waiting;
        Assert.Equal(100, _pool.UsedBytes);
    }

    [Fact]
    public async Task Nobody_overtakes_who_waits()
    {
        Assert.True(_pool.TryReserve(100));
        var large = _pool.ReserveAsync(80, Token);
        var small = _pool.ReserveAsync(10, Token);

        _pool.Return(20);

        Assert.False(_pool.TryReserve(5));
        Assert.False(small.IsCompleted);
        _pool.Return(70);
        await Task.WhenAll(large, small);
        Assert.Equal(100, _pool.UsedBytes);
    }

    [Fact]
    public async Task Who_gives_up_waiting_holds_nothing_and_lets_the_next_one_through()
    {
        Assert.True(_pool.TryReserve(70));
        using var caller = new CancellationTokenSource();
        var large = _pool.ReserveAsync(80, caller.Token);
        var small = _pool.ReserveAsync(30, Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        Assert.Equal(100, _pool.UsedBytes);
    }

    [Fact]
    public async Task When_as_many_wait_as_may_the_next_one_is_refused_at_once()
    {
        Assert.True(_pool.TryReserve(100));
        var waiting = new[] { _pool.ReserveAsync(10, Token), _pool.ReserveAsync(10, Token) };

        var refused = await Assert.ThrowsAsync<DeviceOverloadedException>(() => _pool.ReserveAsync(10, Token));

        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        _pool.Return(100);
        await Task.WhenAll(waiting);
    }

    [Fact]
    public void A_reservation_that_cannot_be_met_evicts_nobody()
    {
        using var device = new DeviceProvider("cpu");
        var shapes = KvLayerShape.Of(SampleConfig.Parse(SampleConfig.Text));
        var bytes = KvLayerShape.StateBytes(shapes, 0);
        var pool = new KvPool(2 * bytes, waitLimit: 2);
        using var leased = pool.CreateUser();
        using var idle = pool.CreateUser();
        foreach (var user in new[] { leased, idle })
        {
            Assert.True(pool.TryReserve(bytes));
            pool.AttachLeased(user, new KvState(device, shapes, null!, new Timeline(HistorySnapshot.Empty, groupSize: 4)));
        }

        pool.Release(idle);

        Assert.False(pool.TryReserve(bytes + 1));
        Assert.Equal((0L, 2, 2 * bytes), (pool.Evictions, pool.Residents, pool.UsedBytes));
        Assert.True(pool.TryReserve(bytes));
        Assert.Equal((1L, 1, 2 * bytes), (pool.Evictions, pool.Residents, pool.UsedBytes));
        Assert.Null(idle.State);
        pool.Release(leased);
    }

    [Fact]
    public void A_state_that_takes_the_place_of_another_goes_when_that_one_would_have_gone()
    {
        using var device = new DeviceProvider("cpu");
        var shapes = KvLayerShape.Of(SampleConfig.Parse(SampleConfig.Text));
        var bytes = KvLayerShape.StateBytes(shapes, 0);
        var pool = new KvPool(3 * bytes, waitLimit: 2);
        using var old = pool.CreateUser();
        using var later = pool.CreateUser();
        using var next = pool.CreateUser();
        foreach (var user in new[] { old, later, next })
        {
            Assert.True(pool.TryReserve(bytes));
            pool.AttachLeased(user, new KvState(device, shapes, null!, new Timeline(HistorySnapshot.Empty, groupSize: 4)));
            pool.Release(user);
            pool.Lease(user);
            pool.Release(user);
        }

        var lastUse = old.LastUse;
        next.Replace(old);

        Assert.Equal((lastUse, 2, 2 * bytes), (next.LastUse, pool.Residents, pool.UsedBytes));
        Assert.True(pool.TryReserve(2 * bytes));
        Assert.Null(next.State);
        Assert.NotNull(later.State);
    }

    [Theory]
    [InlineData(0, 2500, 16)]
    [InlineData(16, 2500, 16)]
    [InlineData(17, 2500, 24)]
    [InlineData(25, 2500, 32)]
    [InlineData(33, 2500, 48)]
    [InlineData(1537, 2500, 2048)]
    [InlineData(2049, 2500, 2500)]
    [InlineData(3, 5, 5)]
    public void Size_classes_go_two_an_octave_up_to_the_window(int groups, int window, int capacity) =>
        Assert.Equal(capacity, KvRing.CapacityFor(groups, window));
}
