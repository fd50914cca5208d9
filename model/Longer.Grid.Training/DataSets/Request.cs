namespace Longer.Grid.Training;

/// <summary>Candidates that one user was shown at one moment, and what came of each: one training or evaluation sample.</summary>
public sealed class Request
{
    private readonly float[] _labels;

    /// <summary>Creates a request.</summary>
    /// <param name="id">The request's own id, unique in its data set.</param>
    /// <param name="atMs">Unix milliseconds.</param>
    /// <param name="historyEvents">How many of the user's accepted events are strictly earlier than <paramref name="atMs"/>.</param>
    /// <param name="candidates">What was shown, at least one.</param>
    /// <param name="labels">Shape <c>[candidates, tasks]</c>, row-major: 1, 0, or NaN where nothing is known.</param>
    /// <exception cref="ArgumentException">There is no candidate, or the labels do not fit them.</exception>
    public Request(string id, long atMs, int historyEvents, IReadOnlyList<RequestCandidate> candidates, float[] labels)
    {
        if (candidates.Count == 0 || labels.Length == 0 || labels.Length % candidates.Count != 0)
        {
            throw new ArgumentException($"{labels.Length} labels do not fit {candidates.Count} candidates.", nameof(labels));
        }

        Id = id;
        AtMs = atMs;
        HistoryEvents = historyEvents;
        Candidates = candidates;
        _labels = labels;
    }

    /// <summary>The request's own id, unique in its data set.</summary>
    public string Id { get; }

    /// <summary>When the request was made, in Unix milliseconds.</summary>
    public long AtMs { get; }

    /// <summary>The request sees this many of the user's oldest events: exactly those strictly earlier than <see cref="AtMs"/>.</summary>
    public int HistoryEvents { get; }

    /// <summary>What was shown; at least one.</summary>
    public IReadOnlyList<RequestCandidate> Candidates { get; }

    /// <summary>Tasks that <see cref="Labels"/> has a column for.</summary>
    public int Tasks => _labels.Length / Candidates.Count;

    /// <summary>Shape <c>[candidates, tasks]</c>, row-major: 1, 0, or NaN where nothing is known.</summary>
    public ReadOnlySpan<float> Labels => _labels;

    /// <summary>What came of a candidate in one task: 1, 0, or NaN where nothing is known.</summary>
    public float Label(int candidate, int task) => _labels[(candidate * Tasks) + task];
}
