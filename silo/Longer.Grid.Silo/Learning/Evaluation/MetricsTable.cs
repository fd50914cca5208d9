using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>Metrics by task, in plain text.</summary>
internal static class MetricsTable
{
    /// <summary>Prints a row for each task.</summary>
    public static void Print(Terminal terminal, IReadOnlyDictionary<string, RankingMetrics> tasks)
    {
        var table = new TextTable(terminal, ("task", 12), ("AUC", -7), ("user AUC", -8), ("users", -6), ("log loss", -8), ("samples", -9), ("positives", -9)).Header();
        foreach (var (task, m) in tasks)
        {
            table.Row(
                task, Figures.Metric(m.Auc), Figures.Metric(m.UserAuc), Figures.Whole(m.UsersWithBoth), Figures.Metric(m.LogLoss), Figures.Whole(m.Samples), Figures.Whole(m.Positives));
        }
    }
}
