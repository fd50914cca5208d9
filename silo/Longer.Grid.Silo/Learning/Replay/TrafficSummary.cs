namespace Longer.Grid.Silo;

/// <summary>What came of live traffic so far.</summary>
/// <param name="Requests">Requests scored.</param>
/// <param name="Events">Events accepted.</param>
/// <param name="Outcomes">Outcomes accepted.</param>
/// <param name="Auc">For each task, the area under the curve of the live scores against what happened; NaN while that is not defined.</param>
/// <param name="Median">Half of the scores took no longer, as their caller sees it.</param>
/// <param name="Percentile99">99 of 100 scores took no longer.</param>
/// <param name="Warm">Share of scores whose user's attention state was on the device already.</param>
internal sealed record TrafficSummary(int Requests, long Events, long Outcomes, IReadOnlyList<double> Auc, TimeSpan Median, TimeSpan Percentile99, double Warm);
