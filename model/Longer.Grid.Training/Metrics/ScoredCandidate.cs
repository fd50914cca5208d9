namespace Longer.Grid.Training;

/// <summary>One prediction and what came of it.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Logit">As predicted; infinite for what is no probability.</param>
/// <param name="Label">1 or 0.</param>
public readonly record struct ScoredCandidate(string UserId, float Logit, bool Label);
