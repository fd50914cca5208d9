namespace Longer.Grid.Training;

/// <summary>One line of the comparison.</summary>
/// <param name="Name">The model.</param>
/// <param name="Tasks">On the test requests, by task. A count is no probability: the log loss of the counting rows is NaN.</param>
/// <param name="Parameters">Numbers that training changed.</param>
/// <param name="Seconds">All fits of the row together.</param>
/// <param name="LearningRate">The best on the validation requests; NaN where nothing is learned.</param>
public sealed record BaselineRow(string Name, IReadOnlyList<RankingMetrics> Tasks, long Parameters, double Seconds, double LearningRate);
