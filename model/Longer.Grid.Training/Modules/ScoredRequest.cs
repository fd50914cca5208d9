using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>A request as a model scores it.</summary>
/// <param name="End">One past the ordinal of the newest event that it sees.</param>
/// <param name="AtMs">Its time, in Unix milliseconds.</param>
/// <param name="Candidates">At least one.</param>
internal readonly record struct ScoredRequest(long End, long AtMs, IReadOnlyList<CandidateFeatures> Candidates);
