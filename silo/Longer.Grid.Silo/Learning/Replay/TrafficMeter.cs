using Longer.Grid.Training;
using Request = Longer.Grid.Training.Request;

namespace Longer.Grid.Silo;

/// <summary>Counts what live traffic gives. Told from any thread.</summary>
/// <param name="tasks">Names of the tasks, as the labels' columns.</param>
/// <param name="time">Says when figures are worth computing again.</param>
internal sealed class TrafficMeter(IReadOnlyList<string> tasks, TimeProvider time)
{
    private static readonly TimeSpan LineAge = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _latencies = [];
    private readonly (List<float> Scores, List<float> Labels)[] _outcomes = [.. tasks.Select(_ => (new List<float>(), new List<float>()))];
    private long _events;
    private long _kept;
    private int _warm;
    private string _line = "";
    private long? _lineMade;

    /// <summary>A request was answered, and this came of it.</summary>
    public void Scored(Request request, LiveScores answer, TimeSpan latency)
    {
        lock (_gate)
        {
            _latencies.Add(latency);
            _warm += answer.Warm ? 1 : 0;
            for (var candidate = 0; candidate < request.Candidates.Count; candidate++)
            {
                for (var task = 0; task < tasks.Count; task++)
                {
                    if (request.Label(candidate, task) is var label && !float.IsNaN(label))
                    {
                        _outcomes[task].Scores.Add(answer.Scores[candidate][task]);
                        _outcomes[task].Labels.Add(label);
                    }
                }
            }
        }
    }

    /// <summary>Events were accepted.</summary>
    public void Appended(int events)
    {
        lock (_gate)
        {
            _events += events;
        }
    }

    /// <summary>Outcomes were accepted.</summary>
    public void Kept(int outcomes)
    {
        lock (_gate)
        {
            _kept += outcomes;
        }
    }

    /// <summary>The figures in a line, at most a second old.</summary>
    public string Line()
    {
        lock (_gate)
        {
            if (_lineMade is not { } made || time.GetElapsedTime(made) >= LineAge)
            {
                var now = SummaryNeedsLock();
                _lineMade = time.GetTimestamp();
                _line = $"{Figures.Whole(now.Requests)} scores, {Figures.Whole(now.Events)} events, AUC {Figures.Metric(now.Auc[0])}, "
                    + $"p50 {Figures.Milliseconds(now.Median)}, p99 {Figures.Milliseconds(now.Percentile99)}, {Figures.Percent(now.Warm)} warm";
            }

            return _line;
        }
    }

    /// <summary>The figures.</summary>
    public TrafficSummary Summary()
    {
        lock (_gate)
        {
            return SummaryNeedsLock();
        }
    }

    private TrafficSummary SummaryNeedsLock()
    {
        var sorted = _latencies.Order().ToList();
        return new(
            sorted.Count,
            _events,
            _kept,
            [.. _outcomes.Select(task => RankingMetrics.AucOf([.. task.Scores.Zip(task.Labels, (score, label) => new ScoredCandidate("", score, label > 0))]))],
            Percentile(0.5),
            Percentile(0.99),
            sorted.Count == 0 ? 0 : _warm / (double)sorted.Count);

        TimeSpan Percentile(double share) => sorted.Count == 0 ? TimeSpan.Zero : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }
}
