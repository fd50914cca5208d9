namespace Longer.Grid.Training;

/// <summary>A measured row of <see cref="ScalingStudy"/>.</summary>
/// <param name="Point">What was measured.</param>
/// <param name="Tasks">How good it is, by task.</param>
/// <param name="EventsSeen">Events of the history that a tested request has in the window, on average.</param>
/// <param name="Parameters">Numbers that training changed.</param>
/// <param name="Seconds">What fitting took.</param>
public sealed record ScalingRow(ScalingPoint Point, IReadOnlyList<ScalingMetrics> Tasks, double EventsSeen, long Parameters, double Seconds)
{
    /// <summary>By task, in the order of the test requests: what another row is compared with.</summary>
    internal IReadOnlyList<List<ScoredCandidate>> Predictions { get; init; } = [];
}
