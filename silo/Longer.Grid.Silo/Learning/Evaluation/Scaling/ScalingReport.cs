using System.Globalization;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary><c>evaluate --scaling</c>: what length, merging and queries cost, and what they are worth.</summary>
internal static class ScalingReport
{
    private const double Million = 1e6;

    /// <summary>Measures all rows, prints each as it is measured, and draws those that were measured also when it is stopped.</summary>
    /// <param name="terminal">Where rows go.</param>
    /// <param name="title">What the data are, for the plot.</param>
    /// <param name="set">The data.</param>
    /// <param name="options">How rows are fitted.</param>
    /// <param name="plot">The file to draw into; null for none.</param>
    /// <param name="stop">Ends it between steps.</param>
    public static async Task RunAsync(Terminal terminal, string title, TrainingSet set, ScalingOptions options, PlotFile? plot, CancellationToken stop)
    {
        var study = new ScalingStudy(set, options, TimeProvider.System);
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Every row: {study.TrainRequests:N0} requests, the newest before the {study.TestRequests:N0} tested ones, for {options.Fit.Epochs} epochs at rate {options.Fit.LearningRate}; "
            + $"{(options.CrossFeatures ? "with" : "no")} cross features."));
        terminal.Line(
            $"Operations are of a request with {ScalingPoint.Candidates} candidates for a user who fills the window: cold from nothing, warm with the state at hand. "
            + "Intervals are the middle 95 % over users drawn anew.");
        terminal.Line();
        var table = new TextTable(
            terminal,
            ("row", 30),
            ("task", set.Tasks.Max(task => task.Length)),
            ("AUC", -6),
            ("[95 %]", -16),
            ("less the base's [95 %]", -25),
            ("user AUC", -8),
            ("log loss", -8),
            ("events seen", -11),
            ("cold MFLOP", -10),
            ("warm MFLOP", -10),
            ("parameters", -10),
            ("seconds", -7)).Header();
        var rows = new List<ScalingRow>();
        try
        {
            foreach (var point in study.Points)
            {
                var row = await terminal.WithProgressAsync(point.Name, bar => Task.Run(
                    () => study.Measure(point, rows.FirstOrDefault(), new Told<double>(done => bar.Report(done, "")), stop), stop));
                rows.Add(row);
                Print(table, set.Tasks, row);
            }
        }
        finally
        {
            if (rows.Count > 0)
            {
                plot?.Write(ScalingPlot.Svg(title, set.Tasks, rows));
            }
        }
    }

    /// <summary>Simulated users.</summary>
    public static async Task<TrainingSet> SimulateAsync(Terminal terminal, CancellationToken stop)
    {
        var world = SimulatedScaling.World;
        terminal.Line(
            $"{Figures.Whole(world.Users)} users of {Figures.Whole(world.EventsPerUser)} events, of which the newest {Figures.Whole(world.QuietEvents)} tell nothing; seed {world.Seed}.");
        return await Task.Run(() => InterestSimulator.Simulate(world).Data.Samples, stop);
    }

    private static void Print(TextTable table, IReadOnlyList<string> tasks, ScalingRow row)
    {
        foreach (var (task, of) in tasks.Zip(row.Tasks))
        {
            table.Row(
                row.Point.Name,
                task,
                Figures.Metric(of.Metrics.Auc),
                $"[{Figures.Metric(of.AucInterval.Low)}, {Figures.Metric(of.AucInterval.High)}]",
                of.OverBase is { } over ? $"{Figures.Metric(over.Difference)} [{Figures.Metric(over.Low)}, {Figures.Metric(over.High)}]" : "-",
                Figures.Metric(of.Metrics.UserAuc),
                Figures.Metric(of.Metrics.LogLoss),
                Figures.Whole(row.EventsSeen),
                Millions(row.Point.ColdFlops),
                row.Point.WarmFlops is { } warm ? Millions(warm) : "-",
                Figures.Whole(row.Parameters),
                Figures.Whole(row.Seconds));
        }
    }

    private static string Millions(long flops) => (flops / Million).ToString("N1", CultureInfo.InvariantCulture);
}
