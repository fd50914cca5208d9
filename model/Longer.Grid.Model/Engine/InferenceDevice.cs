namespace Longer.Grid.Model;

/// <summary>
/// A device with its K/V memory, its workers and its queue. One for each device and process; the model versions on it share it.
/// </summary>
public sealed class InferenceDevice : IDisposable
{
    /// <summary>Calls that wait for the background's thread: users who are encoded anew come one by one.</summary>
    private const int BackgroundQueue = 1024;

    private readonly DeviceQueue _queue;
    private readonly DeviceQueue _background;

    /// <summary>Starts the workers; memory is taken as users need it.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public InferenceDevice(EngineOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Workers, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KvBudgetBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.LongestWait, TimeSpan.Zero);
        Provider = new DeviceProvider(options.Device, kvBudgetBytes: options.KvBudgetBytes);
        Options = options;
        Time = time;
        Pool = new KvPool(options.KvBudgetBytes, options.QueueLimit);
        _queue = new DeviceQueue(options.Workers, options.QueueLimit, options.LongestWait, options.Device, time);
        _background = new DeviceQueue(workers: 1, BackgroundQueue, TimeSpan.MaxValue, $"{options.Device} background", time, stepsBack: true);
    }

    /// <summary>As it was configured.</summary>
    public EngineOptions Options { get; }

    /// <summary>The K/V memory's accounts.</summary>
    public KvPool Pool { get; }

    /// <summary>Calls that wait for a worker.</summary>
    public int QueueLength => _queue.Length;

    /// <summary>How long a call that comes now would wait for a worker, by the calls of late.</summary>
    internal TimeSpan ExpectedWait => _queue.ExpectedWait;

    internal DeviceProvider Provider { get; }

    internal TimeProvider Time { get; }

    /// <summary>Ends the workers after the calls that are queued, and frees the K/V memory.</summary>
    public void Dispose()
    {
        _queue.Dispose();
        _background.Dispose();
        Pool.DropWhere(_ => true);
        Provider.Dispose();
    }

    /// <summary>Runs what nobody waits for, one call at a time, on a thread that steps back for all others.</summary>
    /// <remarks>Such a call is no request's: it holds memory beside those that the workers' calls hold.</remarks>
    public Task<T> RunInBackgroundAsync<T>(Func<T> call, CancellationToken cancellationToken) => _background.RunAsync(call, Deadline.None, cancellationToken);

    internal Task<T> RunAsync<T>(Func<T> call, Deadline deadline, CancellationToken cancellationToken) => _queue.RunAsync(call, deadline, cancellationToken);
}
