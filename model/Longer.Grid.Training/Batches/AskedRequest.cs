using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>A request before it is encoded.</summary>
/// <param name="HistoryEvents">It sees this many of the oldest kept events.</param>
/// <param name="AtMs">Its time, in Unix milliseconds.</param>
/// <param name="Candidates">At least one.</param>
/// <param name="Labels">Shape <c>[C, tasks]</c>, row-major; empty where there is nothing to learn.</param>
internal readonly record struct AskedRequest(int HistoryEvents, long AtMs, IReadOnlyList<CandidateFeatures> Candidates, float[] Labels)
{
    /// <summary>A request of a data set.</summary>
    public static AskedRequest Of(Request request) =>
        new(request.HistoryEvents, request.AtMs, [.. request.Candidates.Select(candidate => candidate.Features)], request.Labels.ToArray());
}
