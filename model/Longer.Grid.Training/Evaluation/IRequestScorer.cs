namespace Longer.Grid.Training;

/// <summary>Anything that scores requests: a module in training, or the serving engine. Metrics of both are computed by the same code.</summary>
public interface IRequestScorer
{
    /// <summary>Scores requests of one user. May be called for several users at once.</summary>
    /// <param name="user">Whose history it is.</param>
    /// <param name="requests">Some of the user's requests, in time order.</param>
    /// <param name="cancellationToken">Abandons the work between requests.</param>
    /// <returns>For each request its logits, shape <c>[candidates, tasks]</c>, row-major.</returns>
    Task<IReadOnlyList<float[]>> ScoreAsync(UserSamples user, IReadOnlyList<Request> requests, CancellationToken cancellationToken);
}
