using System.Collections.Concurrent;

namespace Longer.Grid.Model;

/// <summary>A bounded queue in front of a device, worked off by threads of its own: nothing here runs on the thread pool.</summary>
internal sealed class DeviceQueue : IDisposable
{
    private readonly BlockingCollection<Call> _calls;
    private readonly Thread[] _workers;
    private readonly TimeProvider _time;
    private readonly TimeSpan _longestWait;
    private readonly bool _stepsBack;
    private long _meanTicks;
    private int _disposed;

    /// <summary>Starts the workers.</summary>
    /// <param name="workers">How many.</param>
    /// <param name="limit">Calls that may wait.</param>
    /// <param name="longestWait">How long.</param>
    /// <param name="name">Of the threads.</param>
    /// <param name="time">For deadlines.</param>
    /// <param name="stepsBack">Whether the workers take only the time that others leave.</param>
    public DeviceQueue(int workers, int limit, TimeSpan longestWait, string name, TimeProvider time, bool stepsBack = false)
    {
        (_time, _longestWait, _stepsBack) = (time, longestWait, stepsBack);
        _calls = new BlockingCollection<Call>(limit);
        _workers = [.. Enumerable.Range(0, workers).Select(i => new Thread(Work) { IsBackground = true, Name = $"{name} worker {i}" })];
        foreach (var worker in _workers)
        {
            worker.Start();
        }
    }

    public int Length => _calls.Count;

    /// <summary>Time until a call that comes now would run, by what calls took of late.</summary>
    public TimeSpan ExpectedWait => TimeSpan.FromTicks(Volatile.Read(ref _meanTicks) * _calls.Count / _workers.Length);

    /// <summary>Runs a call on a worker.</summary>
    /// <remarks>A call that is cancelled before it starts is answered at once and never runs; one that runs is not disturbed.</remarks>
    /// <exception cref="DeviceOverloadedException">The queue is full or too long, or the deadline passed or would pass in it: then the call never runs.</exception>
    public async Task<T> RunAsync<T>(Func<T> call, Deadline deadline, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        var wait = ExpectedWait;
        if (deadline.Remaining(_time) is { } left && left <= wait)
        {
            throw TooLate(wait);
        }

        if (wait > _longestWait)
        {
            throw new DeviceOverloadedException($"About {wait.TotalMilliseconds:N0} ms of work wait in the device's queue; at most {_longestWait.TotalMilliseconds:N0} ms may.", wait);
        }

        var queued = new Call<T>(call, deadline);
        if (!_calls.TryAdd(queued))
        {
            throw new DeviceOverloadedException($"The device's queue is full: {_calls.BoundedCapacity} calls wait.", AtLeastAMillisecond(wait));
        }

        await using var registration = cancellationToken.UnsafeRegister((_, token) => queued.Abandon(token), null);
        return await queued.Answer.ConfigureAwait(false);
    }

    /// <summary>Takes no more calls and ends with the last of those that wait.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _calls.CompleteAdding();
        foreach (var worker in _workers)
        {
            worker.Join();
        }

        _calls.Dispose();
    }

    private static TimeSpan AtLeastAMillisecond(TimeSpan wait) => wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait;

    private static DeviceOverloadedException TooLate(TimeSpan wait) =>
        new($"The caller's time would pass in the device's queue, where about {wait.TotalMilliseconds:N0} ms of work wait.", AtLeastAMillisecond(wait)) { IsLate = true };

    private void Work()
    {
        if (_stepsBack)
        {
            BackgroundThread.StepBack();
        }

        foreach (var call in _calls.GetConsumingEnumerable())
        {
            if (!call.TryBegin())
            {
                continue;
            }

            if (call.Deadline.IsPast(_time))
            {
                call.Refuse(TooLate(ExpectedWait));
                continue;
            }

            var started = _time.GetTimestamp();
            call.Run();
            var ticks = _time.GetElapsedTime(started).Ticks;

            // A moving mean over some tens of calls; a lost update among workers does no harm.
            Volatile.Write(ref _meanTicks, Volatile.Read(ref _meanTicks) + ((ticks - Volatile.Read(ref _meanTicks)) / 16));
        }
    }

    private abstract class Call(Deadline deadline)
    {
        private int _taken;

        public Deadline Deadline => deadline;

        /// <summary>True once: whoever gets it, the worker or who abandons the call, answers it.</summary>
        public bool TryBegin() => Interlocked.Exchange(ref _taken, 1) == 0;

        public abstract void Run();

        public abstract void Refuse(Exception reason);
    }

    private sealed class Call<T>(Func<T> call, Deadline deadline) : Call(deadline)
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Answer => _answer.Task;

        public void Abandon(CancellationToken cancellationToken)
        {
            if (TryBegin())
            {
                _answer.SetCanceled(cancellationToken);
            }
        }

        public override void Refuse(Exception reason) => _answer.SetException(reason);

        public override void Run()
        {
            try
            {
                _answer.SetResult(call());
            }
#pragma warning disable CA1031 // Whatever it was, it is the caller's to see; the worker goes on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _answer.SetException(e);
            }
        }
    }
}
