using System.Diagnostics;

namespace Longer.Grid.Benchmarks;

/// <summary>
/// Threads that call one thing at once, the same ones for a whole run, as an engine's workers are: what a thread keeps for itself (pools of
/// arrays, packing buffers) is made once, not in every measurement.
/// </summary>
internal sealed class Callers : IDisposable
{
    private readonly Thread[] _threads;
    private readonly double[] _elapsed;
    private readonly Barrier _begin;
    private readonly Barrier _end;
    private Action<int>? _call;
    private int _times;

    /// <summary>Starts the threads.</summary>
    public Callers(int count)
    {
        _elapsed = new double[count];
        _begin = new Barrier(count + 1);
        _end = new Barrier(count + 1);
        _threads = [.. Enumerable.Range(0, count).Select(caller => new Thread(() => Work(caller)) { IsBackground = true, Name = $"caller {caller}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Seconds that one call of one thread takes, on average.</summary>
    /// <param name="call">It is given the number of the thread that calls it.</param>
    /// <param name="times">Calls of each thread.</param>
    public double Seconds(Action<int> call, int times)
    {
        (_call, _times) = (call, times);
        _begin.SignalAndWait();
        _end.SignalAndWait();
        return _elapsed.Average() / times;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call = null;
        _begin.SignalAndWait();
        Array.ForEach(_threads, thread => thread.Join());
        _begin.Dispose();
        _end.Dispose();
    }

    private void Work(int caller)
    {
        while (true)
        {
            _begin.SignalAndWait();
            if (_call is not { } call)
            {
                return;
            }

            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < _times; i++)
            {
                call(caller);
            }

            _elapsed[caller] = Stopwatch.GetElapsedTime(started).TotalSeconds;
            _end.SignalAndWait();
        }
    }
}
