using System.Collections.Concurrent;
using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Logits for samples, by the training module or by the serving engine, as one list that <see cref="RankingMetrics"/> measures.</summary>
public static class Predictions
{
    /// <summary>By a model in libtorch.</summary>
    /// <param name="module">The model.</param>
    /// <param name="samples">What to predict.</param>
    /// <param name="task">Index of the task; candidates without a label in it are left out.</param>
    /// <param name="options">How many threads, and how many requests share an encoding; the latter changes no logit by more than rounding.</param>
    public static List<ScoredCandidate> ByTorch(RankingModule module, IReadOnlyList<Sample> samples, int task, TrainingOptions options)
    {
        var users = samples.GroupBy(sample => sample.User, sample => sample.Request, ReferenceEqualityComparer.Instance)
            .Select(user => (User: (UserSamples)user.Key!, Requests: user.OrderBy(request => request.HistoryEvents).ThenBy(request => request.AtMs).ToList()))
            .OrderByDescending(user => user.Requests.Count)
            .ToList();
        var scored = new ConcurrentDictionary<Request, float[]>(ReferenceEqualityComparer.Instance);
        var next = -1;
        using var threads = new TrainingThreads(options.Threads);
        var scorer = new ModuleScorer(module, options.RequestsPerSpan);
        threads.Run(_ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < users.Count;)
            {
                var logits = scorer.Score(new EncodedUser(module.Config, users[i].User, users[i].Requests), CancellationToken.None);
                for (var r = 0; r < logits.Count; r++)
                {
                    scored[users[i].Requests[r]] = logits[r];
                }
            }
        });
        return Collect(samples, scored, task);
    }

    /// <summary>By the serving engine: each user's requests in time order, each against the history as it stood then.</summary>
    public static async Task<List<ScoredCandidate>> ByEngineAsync(
        LongerEngine engine, IReadOnlyList<Sample> samples, int task, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var scored = new Dictionary<Request, float[]>(ReferenceEqualityComparer.Instance);
        foreach (var user in samples.GroupBy(s => s.User, ReferenceEqualityComparer.Instance))
        {
            using var place = engine.CreateUser();
            foreach (var (samplesUser, request) in user.OrderBy(s => s.Request.HistoryEvents).ThenBy(s => s.Request.AtMs).Select(s => (s.User, s.Request)))
            {
                var input = new UserInput(samplesUser.HistoryAt(request), samplesUser.Features);
                var scores = await engine.ScoreAsync(place, input, [.. request.Candidates.Select(c => c.Features)], request.AtMs, Deadline.None, cancellationToken);
                scored.Add(request, scores.Logits);
                progress?.Report((double)scored.Count / samples.Count);
            }
        }

        return Collect(samples, scored, task);
    }

    private static List<ScoredCandidate> Collect(IReadOnlyList<Sample> samples, IReadOnlyDictionary<Request, float[]> scored, int task)
    {
        var predictions = new List<ScoredCandidate>();
        foreach (var (user, request) in samples)
        {
            var logits = scored[request];
            for (var c = 0; c < request.Candidates.Count; c++)
            {
                if (request.Label(c, task) is var label && !float.IsNaN(label))
                {
                    predictions.Add(new(user.UserId, logits[(c * request.Tasks) + task], label > 0.5f));
                }
            }
        }

        return predictions;
    }
}
