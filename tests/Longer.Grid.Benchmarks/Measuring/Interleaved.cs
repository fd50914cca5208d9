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

    private readonly List<(string Name, Action<int> Call)> _operations = [];

    /// <summary>Adds an operation; it is given the number of the thread that calls it.</summary>
    public void Add(string name, Action<int> call) => _operations.Add((name, call));

    /// <summary>Runs all rounds.</summary>
    /// <param name="told">Hears of each measurement that is done, 0 to 1.</param>
    /// <returns>By operation and round: seconds that one call of one thread took, on average.</returns>
    public IReadOnlyDictionary<string, double[]> Run(Action<double> told)
    {
        // A first call makes what is made once; a second one tells how many fill a measurement.
        var calls = _operations.ConvertAll(operation =>
        {
            Seconds(operation.Call, 1);
            return (int)Math.Clamp(atLeast.TotalSeconds / Seconds(operation.Call, 1), 1, MostCalls);
        });
        var seconds = _operations.ConvertAll(_ => new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            for (var o = 0; o < _operations.Count; o++)
            {
                seconds[o][round] = Seconds(_operations[o].Call, calls[o]);
                told(((round * _operations.Count) + o + 1.0) / (rounds * _operations.Count));
            }
        }

        return _operations.Select((operation, o) => (operation.Name, Times: seconds[o])).ToDictionary(o => o.Name, o => o.Times, StringComparer.Ordinal);
    }

    private double Seconds(Action<int> call, int times)
    {
        using var barrier = new Barrier(workers);
        var elapsed = new double[workers];
        var threads = Enumerable.Range(0, workers).Select(worker => new Thread(() =>
        {
            barrier.SignalAndWait();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < times; i++)
            {
                call(worker);
            }

            elapsed[worker] = Stopwatch.GetElapsedTime(started).TotalSeconds / times;
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return elapsed.Average();
    }
}
