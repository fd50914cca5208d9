using Longer.Grid.Model;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>Scores requests with the training module, without gradients.</summary>
public static class TorchScorer
{
    /// <summary>Logits of one user's requests, each as its history stood then; shape <c>[all candidates, tasks]</c>.</summary>
    /// <param name="module">The model.</param>
    /// <param name="features">The user.</param>
    /// <param name="history">The events; nothing from the latest request's end on is read.</param>
    /// <param name="requests">For each request: how many of the kept events it sees, its time, its candidates.</param>
    public static float[] Score(
        LongerModule module, UserFeatures features, HistorySnapshot history, IReadOnlyList<(int Events, long AtMs, IReadOnlyList<CandidateFeatures> Candidates)> requests)
    {
        // Cut at the last request: what comes later cannot change a shape, and so not a bit.
        var timeline = new UserTimeline(module.Config, features, history.Prefix(requests.Max(r => r.Events)));
        var plan = new ChunkPlan(timeline, [.. requests.Select(r => new ScoredRequest(history.FirstOrdinal + r.Events, r.AtMs, r.Candidates))]);
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        return module.Forward(timeline, plan).data<float>().ToArray();
    }
}
