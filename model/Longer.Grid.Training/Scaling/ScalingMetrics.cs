namespace Longer.Grid.Training;

/// <summary>How good a row of <see cref="ScalingStudy"/> is at one task.</summary>
/// <param name="Metrics">On the test requests.</param>
/// <param name="AucInterval">The middle 95 % of the AUC over users drawn anew.</param>
/// <param name="OverBase">AUC less the base's, and the middle 95 % of that over users drawn anew; null for the base itself.</param>
public sealed record ScalingMetrics(RankingMetrics Metrics, (double Low, double High) AucInterval, (double Difference, double Low, double High)? OverBase);
