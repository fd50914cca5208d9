using Microsoft.Extensions.Time.Testing;

namespace Longer.Grid.Model.Tests;

public sealed class DeviceQueueTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly DeviceQueue _queue;
    private readonly ManualResetEventSlim _release = new();
    private readonly TaskCompletionSource _busy = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeviceQueueTests() => _queue = new DeviceQueue(workers: 1, limit: 2, TimeSpan.FromSeconds(4), "test", _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _release.Set();
        _queue.Dispose();
        _release.Dispose();
    }

    [Fact]
    public async Task A_call_runs_on_a_thread_of_the_device_and_never_on_the_pool()
    {
        var thread = await _queue.RunAsync(() => Thread.CurrentThread, Deadline.None, Token);

        Assert.False(thread.IsThreadPoolThread);
        Assert.Equal("test worker 0", thread.Name);
    }

    [Fact]
    public async Task An_error_in_a_call_is_its_callers_and_the_worker_goes_on()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => _queue.RunAsync<int>(() => throw new InvalidDataException(), Deadline.None, Token));

        Assert.Equal(7, await _queue.RunAsync(() => 7, Deadline.None, Token));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        await OccupyAsync();
        var waiting = new[] { _queue.RunAsync(() => 1, Deadline.None, Token), _queue.RunAsync(() => 2, Deadline.None, Token) };

        var refused = await Assert.ThrowsAsync<DeviceOverloadedException>(() => _queue.RunAsync(() => 3, Deadline.None, Token));

        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.Equal(2, _queue.Length);
        _release.Set();
        var answers = await Task.WhenAll(waiting);
        Assert.Equal([1, 2], answers);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_refuses_at_entry()
    {
        var deadline = Deadline.After(_time, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<DeviceOverloadedException>(() => _queue.RunAsync(() => 1, deadline, Token));
    }

    [Fact]
    public async Task A_deadline_that_passes_in_the_queue_refuses_the_call_unrun()
    {
        await OccupyAsync();
        var ran = false;
        var late = _queue.RunAsync(() => ran = true, Deadline.After(_time, TimeSpan.FromSeconds(1)), Token);
        _time.Advance(TimeSpan.FromSeconds(2));

        _release.Set();

        await Assert.ThrowsAsync<DeviceOverloadedException>(() => late);
        Assert.False(ran);
    }

    [Fact]
    public async Task A_deadline_that_would_pass_behind_the_waiting_calls_refuses_at_entry()
    {
        for (var i = 0; i < 100; i++)
        {
            await _queue.RunAsync(
                () =>
                {
                    _time.Advance(TimeSpan.FromSeconds(3));
                    return i;
                },
                Deadline.None,
                Token);
        }

        await OccupyAsync();
        var waiting = _queue.RunAsync(() => 1, Deadline.None, Token);

        var refused = await Assert.ThrowsAsync<DeviceOverloadedException>(
            () => _queue.RunAsync(() => 2, Deadline.After(_time, TimeSpan.FromSeconds(2)), Token));

        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        var patient = _queue.RunAsync(() => 3, Deadline.After(_time, TimeSpan.FromSeconds(9)), Token);
        _release.Set();
        var answers = await Task.WhenAll(waiting, patient);
        Assert.Equal([1, 3], answers);
    }

    [Fact]
    public async Task A_call_that_would_wait_for_longer_than_any_may_is_refused_at_entry_whatever_its_caller_would_wait()
    {
        for (var i = 0; i < 100; i++)
        {
            await _queue.RunAsync(
                () =>
                {
                    _time.Advance(TimeSpan.FromSeconds(5));
                    return i;
                },
                Deadline.None,
                Token);
        }

        await OccupyAsync();
        var waiting = _queue.RunAsync(() => 1, Deadline.None, Token);

        var refused = await Assert.ThrowsAsync<DeviceOverloadedException>(() => _queue.RunAsync(() => 2, Deadline.None, Token));

        Assert.False(refused.IsLate);
        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));
        Assert.Equal(1, _queue.Length);
        _release.Set();
        Assert.Equal(1, await waiting);
        Assert.Equal(3, await _queue.RunAsync(() => 3, Deadline.None, Token));
    }

    [Fact]
    public async Task A_cancelled_call_is_answered_while_it_waits_and_never_runs()
    {
        await OccupyAsync();
        using var caller = new CancellationTokenSource();
        var ran = false;
        var call = _queue.RunAsync(() => ran = true, Deadline.None, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        _release.Set();
        await _queue.RunAsync(() => 0, Deadline.None, Token);
        Assert.False(ran);
    }

    [Fact]
    public async Task Cancelling_a_call_that_runs_does_not_disturb_it()
    {
        using var caller = new CancellationTokenSource();
        var call = OccupyAsync(caller.Token, out var running);
        await running;

        await caller.CancelAsync();
        _release.Set();

        Assert.True(await call);
    }

    [Fact]
    public async Task A_closed_queue_takes_no_calls()
    {
        _queue.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _queue.RunAsync(() => 1, Deadline.None, Token));
    }

    private Task OccupyAsync()
    {
        _ = OccupyAsync(Token, out var running);
        return running;
    }

    /// <summary>Keeps the only worker busy until the release.</summary>
    private Task<bool> OccupyAsync(CancellationToken cancellationToken, out Task running)
    {
        running = _busy.Task;
        return _queue.RunAsync(
            () =>
            {
                _busy.SetResult();
                _release.Wait();
                return true;
            },
            Deadline.None,
            cancellationToken);
    }
}
