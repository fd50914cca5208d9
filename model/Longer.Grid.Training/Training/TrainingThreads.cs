using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Threads that each compute their own share of a step, with libtorch on one core each.</summary>
/// <remarks>
/// Two threads with half of the requests each use two cores fully; libtorch's own threads would meet after each of some hundred small
/// operations. Shares are by number and not by who comes first, so that results do not depend on timing.
/// </remarks>
internal sealed class TrainingThreads : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private readonly Exception?[] _failures;
    private Action<int>? _work;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">Threads, at least one.</param>
    /// <param name="stepsBack">Whether they take only the time that nobody else wants.</param>
    public TrainingThreads(int count, bool stepsBack = false)
    {
        TorchRuntime.EnsureLoaded();
        Count = count;
        _failures = new Exception?[count];
        _barrier = new Barrier(count + 1);
        _threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            var number = i;
            _threads[i] = new Thread(() => Work(number, stepsBack)) { IsBackground = true, Name = $"training-{number}" };
            _threads[i].Start();
        }
    }

    public int Count { get; }

    /// <summary>Runs the work once on each thread, with the thread's number, and waits for all.</summary>
    /// <exception cref="AggregateException">Some failed.</exception>
    public void Run(Action<int> work)
    {
        Array.Clear(_failures);
        _work = work;
        _barrier.SignalAndWait();
        _barrier.SignalAndWait();
        if (Array.Exists(_failures, failure => failure is not null))
        {
            throw new AggregateException(_failures.OfType<Exception>());
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _work = null;
        _barrier.SignalAndWait();
        Array.ForEach(_threads, thread => thread.Join());
        _barrier.Dispose();
    }

    private void Work(int number, bool stepsBack)
    {
        if (stepsBack)
        {
            BackgroundThread.StepBack();
        }

        while (true)
        {
            _barrier.SignalAndWait();
            if (_work is not { } work)
            {
                return;
            }

            try
            {
                work(number);
            }
            catch (Exception e)
            {
                _failures[number] = e;
            }

            _barrier.SignalAndWait();
        }
    }
}
