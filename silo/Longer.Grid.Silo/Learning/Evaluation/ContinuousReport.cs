using System.Globalization;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary><c>evaluate --continuous</c>: a model that goes on learning beside one that does not, on the later half of time.</summary>
internal static class ContinuousReport
{
    /// <summary>Prints each part as it is measured, then all.</summary>
    public static async Task RunAsync(Terminal terminal, TrainingSet set, ContinuousStudyOptions options, CancellationToken stop)
    {
        var study = new ContinuousStudy(set, new ModelShape().For(set), options, TimeProvider.System);
        TextTable? table = null;
        var all = await terminal.WithProgressAsync("fit", bar => Task.Run(
            () => study.Run(new Told<TrainingProgress>(p => bar.Report(p.Done, string.Create(CultureInfo.InvariantCulture, $"loss {p.Loss:F4}"))), Row, stop), stop));
        Print("all", all);
        terminal.Line(
            $"Fitted once to the earlier half, for {options.First.Epochs.ToString(CultureInfo.InvariantCulture)} epochs. \"continuing\" goes on at a learning rate of "
            + $"{options.Online.LearningRate.ToString(CultureInfo.InvariantCulture)}, on each request once, after it was measured. Intervals: users drawn anew, 1,000 times.");

        void Row(ContinuousRow row) => Print(DateTimeOffset.FromUnixTimeMilliseconds(row.FromMs).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), row);

        void Print(string from, ContinuousRow row)
        {
            table ??= new TextTable(
                terminal, ("from", 10), ("requests", -8), ("log loss frozen", -15), ("continuing", -10), ("AUC frozen", -10), ("continuing", -10), ("gain [95 %]", -24)).Header();
            table.Row(
                from,
                Figures.Whole(row.Requests),
                Figures.Metric(row.FrozenLogLoss),
                Figures.Metric(row.LogLoss),
                Figures.Metric(row.FrozenAuc),
                Figures.Metric(row.Auc),
                $"{Figures.Metric(row.AucGain.Difference)} [{Figures.Metric(row.AucGain.Low)}, {Figures.Metric(row.AucGain.High)}]");
        }
    }
}
