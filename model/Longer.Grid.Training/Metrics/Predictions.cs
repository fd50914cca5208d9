using Longer.Grid.Model;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>Logits for samples, by the training module or by the serving engine, as one list that <see cref="RankingMetrics"/> measures.</summary>
public static class Predictions
{
    /// <summary>By a model in libtorch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">What to predict.</param>
    /// <param name="task">Index of the task; candidates without a label in it are left out.</param>
    /// <param name="options">How samples share encodings; it changes no logit by more than rounding.</param>
    public static List<ScoredCandidate> ByTorch(IRankingModel model, IReadOnlyList<Sample> samples, int task, TrainingOptions options)
    {
        var scored = new Dictionary<Request, float[]>(ReferenceEqualityComparer.Instance);
        using var inference = no_grad();
        foreach (var chunk in Chunk.Of(samples, options.RequestsPerChunk, options.EventsPerChunk))
        {
            using var scope = NewDisposeScope();
            var logits = model.Forward(chunk).data<float>().ToArray();
            var at = 0;
            foreach (var request in chunk.Requests)
            {
                scored.Add(request, logits[at..(at += request.Candidates.Count * request.Tasks)]);
            }
        }

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

    private static List<ScoredCandidate> Collect(IReadOnlyList<Sample> samples, Dictionary<Request, float[]> scored, int task)
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
