using System.Globalization;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary><c>evaluate --simulator</c>: what a long history is worth where only a long history tells.</summary>
internal static class LengthReport
{
    /// <summary>Chooses learning rates, unless one is given for all, runs the study for each seed and prints a row for each that is done.</summary>
    public static async Task RunAsync(Terminal terminal, double? rate, CancellationToken stop)
    {
        var simulation = new InterestSimulation();
        var study = new LengthStudy(simulation, LengthStudy.Fit, TimeProvider.System);
        terminal.Line(
            $"{Figures.Whole(simulation.Users)} users of {Figures.Whole(simulation.EventsPerUser)} events, of which the newest {Figures.Whole(simulation.QuietEvents)} tell nothing; "
            + "no cross features; measured on users that were not trained on.");
        var rates = rate is { } given ? new LengthRates(given, given, given, Seconds: 0) : await WithProgressAsync($"rates, seed {LengthStudy.TuningSeed}", study.Tune);
        terminal.Line(rate is not null ? $"Learning rate {Figures.Metric(rates.Whole)} for all rows." : string.Create(
            CultureInfo.InvariantCulture,
            $"Learning rates, each the best of {string.Join(", ", LengthStudy.LearningRates)} on the validation users of seed {LengthStudy.TuningSeed}, which is not reported: "
            + $"LONGER {Figures.Whole(simulation.EventsPerUser)} {rates.Whole}, LONGER {LengthStudy.ShortEvents} {rates.Truncated}, DIN {BaselineTable.RecentEvents} {rates.Din} "
            + $"({Figures.Whole(rates.Seconds)} s)."));
        var runs = new List<LengthComparison>();
        try
        {
            foreach (var seed in LengthStudy.Seeds)
            {
                runs.Add(await WithProgressAsync($"seed {seed}", (progress, token) => study.Run(seed, rates, progress, token)));
            }
        }
        finally
        {
            Print(terminal, simulation, runs);
        }

        Task<T> WithProgressAsync<T>(string name, Func<IProgress<double>, CancellationToken, T> work) =>
            terminal.WithProgressAsync(name, bar => Task.Run(() => work(new Told<double>(done => bar.Report(done, "")), stop), stop));
    }

    private static void Print(Terminal terminal, InterestSimulation simulation, List<LengthComparison> runs)
    {
        if (runs.Count == 0)
        {
            return;
        }

        terminal.Line();
        var table = new TextTable(
            terminal,
            ("seed", -4),
            ($"LONGER {Figures.Whole(simulation.EventsPerUser)}", -13),
            ($"LONGER {LengthStudy.ShortEvents}", -10),
            ($"DIN {BaselineTable.RecentEvents}", -6),
            ($"over LONGER {LengthStudy.ShortEvents} [95 %]", -24),
            ($"over DIN {BaselineTable.RecentEvents} [95 %]", -24),
            ("seconds", -7)).Header();
        foreach (var run in runs)
        {
            table.Row(
                $"{run.Seed}",
                Figures.Metric(run.Whole),
                Figures.Metric(run.Truncated),
                Figures.Metric(run.Din),
                Interval(run.OverTruncated),
                Interval(run.OverDin),
                Figures.Whole(run.Seconds));
        }
    }

    private static string Interval((double Difference, double Low, double High) of) =>
        $"{Figures.Metric(of.Difference)} [{Figures.Metric(of.Low)}, {Figures.Metric(of.High)}]";
}
