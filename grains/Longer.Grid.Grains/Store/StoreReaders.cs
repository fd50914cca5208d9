using System.Collections.Concurrent;

namespace Longer.Grid.Grains;

/// <summary>
/// A few threads that read the store. SQLite's provider blocks whatever its methods are called, and a store that hangs must not take the
/// threads on which resident users are scored.
/// </summary>
internal sealed class StoreReaders : IDisposable
{
    private const int LongestQueue = 16_384;

    private readonly BlockingCollection<Action> _queue = new(LongestQueue);
    private readonly Thread[] _threads;

    /// <summary>Starts them.</summary>
    public StoreReaders(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Work) { IsBackground = true, Name = $"behaviour store reader {i}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Runs a reading when a thread is free.</summary>
    /// <exception cref="OverloadedException">Too many wait already.</exception>
    public Task<T> RunAsync<T>(Func<T> read)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.TryAdd(Read)
            ? answer.Task
            : Task.FromException<T>(new OverloadedException(TimeSpan.FromSeconds(1), $"{LongestQueue} readings wait for the store already."));

        void Read()
        {
            try
            {
                answer.SetResult(read());
            }
#pragma warning disable CA1031 // Whatever it is, the caller must hear of it and the thread goes on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                answer.SetException(e);
            }
        }
    }

    /// <summary>Ends them when what waits has been read.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        Array.ForEach(_threads, thread => thread.Join());
        _queue.Dispose();
    }

    private void Work()
    {
        foreach (var read in _queue.GetConsumingEnumerable())
        {
            read();
        }
    }
}
