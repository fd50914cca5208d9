using System.Globalization;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary><c>evaluate --baselines</c>: LONGER and its baselines on one data set.</summary>
internal static class BaselineReport
{
    /// <summary>Fits all rows and prints them; those that are done also when it is stopped.</summary>
    public static async Task RunAsync(Terminal terminal, TrainingSet set, TrainingOptions options, CancellationToken stop)
    {
        var table = new BaselineTable(set, new ModelShape().For(set), options, TimeProvider.System);
        var rows = new List<BaselineRow>();
        try
        {
            foreach (var baseline in table.Rows)
            {
                rows.Add(await terminal.WithProgressAsync(baseline.Name, bar => Task.Run(
                    () => baseline.Measure(new Told<double>(done => bar.Report(done, "")), stop), stop)));
            }
        }
        finally
        {
            Print(terminal, set, rows);
        }

        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"All rows: the same requests for {options.Epochs} epochs, with the best of the learning rates {string.Join(", ", BaselineTable.LearningRates)} on the requests before the tested ones."));
        terminal.Line("Models that read single events (pooling, DIN, Transformer) keep each as wide as LONGER's merged tokens.");
        if (table.TransformerIsCut)
        {
            terminal.Line(
                $"The Transformer's cost grows with the square of its window, which is why it ends at {BaselineTable.TransformerEvents} events; "
                + $"\"{BaselineTable.LikeTransformerName}\" is LONGER over as many.");
        }

        terminal.Line(
            $"\"{BaselineTable.ShuffledName}\": the labels of each request trained and validated on are dealt anew among its candidates, those tested on are the true ones: chance, 0.5, is right.");
    }

    private static void Print(Terminal terminal, TrainingSet set, List<BaselineRow> rows)
    {
        for (var t = 0; t < set.Tasks.Count && rows.Count > 0; t++)
        {
            terminal.Line();
            var printed = new TextTable(
                terminal, (set.Tasks[t], 29), ("AUC", -7), ("user AUC", -8), ("log loss", -8), ("parameters", -10), ("seconds", -7), ("rate", -6)).Header();
            foreach (var row in rows)
            {
                var m = row.Tasks[t];
                printed.Row(
                    row.Name, Figures.Metric(m.Auc), Figures.Metric(m.UserAuc), Figures.Metric(m.LogLoss), Figures.Whole(row.Parameters), Figures.Whole(row.Seconds), Rate(row.LearningRate));
            }
        }
    }

    private static string Rate(double rate) => double.IsNaN(rate) ? "-" : rate.ToString(CultureInfo.InvariantCulture);
}
