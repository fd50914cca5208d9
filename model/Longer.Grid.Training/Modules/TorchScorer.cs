using Longer.Grid.Model;

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
        var user = new EncodedUser(module.Config, features, history, [.. requests.Select(r => new AskedRequest(r.Events, r.AtMs, r.Candidates, []))]);
        return [.. new ModuleScorer(module, requests.Count).Score(user, CancellationToken.None).SelectMany(logits => logits)];
    }
}
