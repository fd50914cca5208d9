using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>Scores with a module. Requests of a user that are close in time share one encoding of the history.</summary>
/// <remarks>
/// No key at or after a request's time is read for it, in whatever company it is scored. A request that is scored alone does not change by
/// one bit whatever happens at or after its time; one scored with others does not as long as the history keeps its length,
/// since libtorch may add in another order for matrices of another height.
/// </remarks>
/// <param name="module">The model. Not changed.</param>
/// <param name="requestsTogether">At most this many requests share an encoding; 1 scores each alone.</param>
public sealed class ModuleScorer(RankingModule module, int requestsTogether = 32) : IRequestScorer
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<float[]>> ScoreAsync(UserSamples user, IReadOnlyList<Request> requests, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<float[]>>(Score(new EncodedUser(module.Config, user, requests), cancellationToken));

    /// <summary>Scores all requests of an encoded user.</summary>
    internal List<float[]> Score(EncodedUser user, CancellationToken cancellationToken)
    {
        var all = new List<float[]>(user.Requests.Length);
        for (var first = 0; first < user.Requests.Length; first += requestsTogether)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var span = new RequestSpan(user, first, Math.Min(requestsTogether, user.Requests.Length - first));
            using var scope = NewDisposeScope();
            using var untracked = no_grad();
            var logits = module.Logits(module.Prepare([span])).Floats();
            foreach (var request in span.Requests)
            {
                var count = request.Candidates * module.Config.Tasks.Count;
                all.Add(logits[..count].ToArray());
                logits = logits[count..];
            }
        }

        return all;
    }
}
