using System.Diagnostics;

namespace Longer.Grid.Benchmarks;

/// <summary>
/// Measures several operations in turn, round after round, so that a machine that slows down does so for all of them. Each is called by as many
/// threads at once as the engine has workers.
/// </summary>
/// <param name="workers">Threads.</param>
/// <param name="rounds">Times that each operation is measured.</param>
/// <param name="atLeast">How long one measurement takes at least.</param>
internal sealed class Interleaved(int workers, int rounds, TimeSpan atLeast)
{
    private const int MostCalls = 100_000;
    private const int WarmCalls = 40;

    private static readonly TimeSpan WarmTime = TimeSpan.FromMilliseconds(300);

    private readonly List<(string Name, Action<int> Call)> _operations = [];

    /// <summary>Adds an operation; it is given the number of the thread that calls it.</summary>
    public void Add(string name, Action<int> call) => _operations.Add((name, call));

    /// <summary>Runs all rounds.</summary>
    /// <param name="told">Hears of each measurement that is done, 0 to 1.</param>
    /// <returns>By operation and round: seconds that one call of one thread took, on average.</returns>
    public IReadOnlyDictionary<string, double[]> Run(Action<double> told)
    {
        using var callers = new Callers(workers);
        var calls = _operations.ConvertAll(operation => (int)Math.Clamp(atLeast.TotalSeconds / Warmed(callers, operation.Call), 1, MostCalls));
        var seconds = _operations.ConvertAll(_ => new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            for (var o = 0; o < _operations.Count; o++)
            {
                seconds[o][round] = callers.Seconds(_operations[o].Call, calls[o]);
                told(((round * _operations.Count) + o + 1.0) / (rounds * _operations.Count));
            }
        }

        return _operations.Select((operation, o) => (operation.Name, Times: seconds[o])).ToDictionary(o => o.Name, o => o.Times, StringComparer.Ordinal);
    }

    /// <summary>Calls until what is made once has been made and hot code has been compiled again.</summary>
    /// <returns>Seconds of a call when it was over.</returns>
    private static double Warmed(Callers callers, Action<int> call)
    {
        var started = Stopwatch.GetTimestamp();
        var last = callers.Seconds(call, 1);
        for (var done = 1; done < WarmCalls && Stopwatch.GetElapsedTime(started) < WarmTime; done++)
        {
            last = callers.Seconds(call, 1);
        }

        return last;
    }
}
