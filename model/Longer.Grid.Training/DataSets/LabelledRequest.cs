namespace Longer.Grid.Training;

/// <summary>What a user was shown at one moment and what came of it, before it is joined with the user's history.</summary>
/// <param name="Id">The request's own id, unique in its data set.</param>
/// <param name="UserId">Who was shown it.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Candidates">What was shown, at least one.</param>
/// <param name="Labels">Shape <c>[candidates, tasks]</c>, row-major: 1, 0, or NaN where nothing is known.</param>
public sealed record LabelledRequest(string Id, string UserId, long AtMs, IReadOnlyList<RequestCandidate> Candidates, float[] Labels);
