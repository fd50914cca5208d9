using System.Collections.Concurrent;
using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Logits for samples, by the training module or by the serving engine, as lists, one for each task, that <see cref="RankingMetrics"/> measures.</summary>
public static class Predictions
{
    /// <summary>By a model in libtorch.</summary>
    /// <param name="module">The model.</param>
    /// <param name="samples">What to predict.</param>
    /// <param name="options">How many threads, and how many requests share an encoding; the latter changes no logit by more than rounding.</param>
    /// <param name="cancellationToken">Ends it between users.</param>
    /// <returns>For each task the candidates that have a label in it, in the order of the samples.</returns>
    public static IReadOnlyList<List<ScoredCandidate>> ByTorch(RankingModule module, IReadOnlyList<Sample> samples, TrainingOptions options, CancellationToken cancellationToken)
    {
        var users = samples.GroupBy(sample => sample.User, sample => sample.Request, ReferenceEqualityComparer.Instance)
            .Select(user => (User: (UserSamples)user.Key!, Requests: user.OrderBy(request => request.HistoryEvents).ThenBy(request => request.AtMs).ToList()))
            .OrderByDescending(user => user.Requests.Count)
            .ToList();
        var scored = new ConcurrentDictionary<Request, float[]>(ReferenceEqualityComparer.Instance);
        var next = -1;
        using var threads = new TrainingThreads(options.Threads, options.StepsBack);
        var scorer = new ModuleScorer(module, options.RequestsPerSpan);
        threads.Run(_ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < users.Count && !cancellationToken.IsCancellationRequested;)
            {
                var logits = scorer.Score(new EncodedUser(module.Config, users[i].User, users[i].Requests), CancellationToken.None);
                for (var r = 0; r < logits.Count; r++)
                {
                    scored[users[i].Requests[r]] = logits[r];
                }
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return Collect(samples, scored, module.Config.Tasks.Count);
    }

    /// <summary>By the serving engine: each user's requests in time order, each against the history as it stood then.</summary>
    public static async Task<IReadOnlyList<List<ScoredCandidate>>> ByEngineAsync(
        LongerEngine engine, IReadOnlyList<Sample> samples, IProgress<double>? progress, CancellationToken cancellationToken)
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

        return Collect(samples, scored, engine.Config.Tasks.Count);
    }

    private static List<ScoredCandidate>[] Collect(IReadOnlyList<Sample> samples, IReadOnlyDictionary<Request, float[]> scored, int tasks)
    {
        List<ScoredCandidate>[] predictions = [.. Enumerable.Range(0, tasks).Select(_ => new List<ScoredCandidate>())];
        foreach (var (user, request) in samples)
        {
            var logits = scored[request];
            for (var i = 0; i < logits.Length; i++)
            {
                if (request.Label(i / tasks, i % tasks) is var label && !float.IsNaN(label))
                {
                    predictions[i % tasks].Add(new(user.UserId, logits[i], label > 0.5f));
                }
            }
        }

        return predictions;
    }
}
