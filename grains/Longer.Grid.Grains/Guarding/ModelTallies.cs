namespace Longer.Grid.Grains;

/// <summary>Counts what becomes of a silo's scores, by version, since the last change of which versions serve whom, and between that and the change before.</summary>
internal sealed class ModelTallies
{
    private readonly Lock _lock = new();
    private Dictionary<string, Counts> _now = new(StringComparer.Ordinal);
    private Dictionary<string, Counts> _before = new(StringComparer.Ordinal);
    private long _flip = -1;

    /// <summary>Begins anew after a change; the same again does nothing.</summary>
    public void Begin(long flip)
    {
        lock (_lock)
        {
            if (flip != _flip)
            {
                (_before, _now, _flip) = (_now, new(StringComparer.Ordinal), flip);
            }
        }
    }

    /// <summary>Counts an answer. One that has a score that is no number is a failure.</summary>
    /// <param name="version">What computed it.</param>
    /// <param name="tasks">The model's tasks.</param>
    /// <param name="probabilities">Shape <c>[C, tasks]</c>, row-major.</param>
    public void Served(string version, IReadOnlyList<string> tasks, ReadOnlySpan<float> probabilities)
    {
        var means = new double[tasks.Count];
        for (var i = 0; i < probabilities.Length; i++)
        {
            means[i % tasks.Count] += probabilities[i];
        }

        var candidates = probabilities.Length / tasks.Count;
        lock (_lock)
        {
            var counts = Of_NeedsLock(version);
            if (!Array.TrueForAll(means, double.IsFinite))
            {
                counts.Failed = counts.Failed.With(1);
                return;
            }

            counts.Failed = counts.Failed.With(0);
            for (var t = 0; t < tasks.Count; t++)
            {
                var (predicted, logLoss) = counts.Tasks.GetValueOrDefault(tasks[t]);
                counts.Tasks[tasks[t]] = (predicted.With(means[t] / candidates), logLoss);
            }
        }
    }

    /// <summary>Counts a score that the model or its engine failed to give.</summary>
    public void Failed(string version)
    {
        lock (_lock)
        {
            var counts = Of_NeedsLock(version);
            counts.Failed = counts.Failed.With(1);
        }
    }

    /// <summary>Counts a label that came of a score.</summary>
    public void Labelled(string version, string task, double logLoss)
    {
        lock (_lock)
        {
            var counts = Of_NeedsLock(version);
            var (predicted, sum) = counts.Tasks.GetValueOrDefault(task);
            counts.Tasks[task] = (predicted, sum.With(logLoss));
        }
    }

    /// <summary>What was counted.</summary>
    public SiloTallies Read()
    {
        lock (_lock)
        {
            return new(_flip, [.. _now.Select(Tally)], [.. _before.Select(Tally)]);
        }

        static ModelTally Tally(KeyValuePair<string, Counts> of) =>
            new(of.Key, of.Value.Failed, [.. of.Value.Tasks.Select(task => new TaskTally(task.Key, task.Value.Predicted, task.Value.LogLoss))]);
    }

    private Counts Of_NeedsLock(string version)
    {
        if (!_now.TryGetValue(version, out var counts))
        {
            _now.Add(version, counts = new Counts());
        }

        return counts;
    }

    private sealed class Counts
    {
        public Moments Failed { get; set; }

        public Dictionary<string, (Moments Predicted, Moments LogLoss)> Tasks { get; } = new(StringComparer.Ordinal);
    }
}
