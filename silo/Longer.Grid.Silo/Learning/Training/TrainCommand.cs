using System.CommandLine;
using System.Globalization;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid train</c>: from files of behaviours to a model folder.</summary>
internal static class TrainCommand
{
    private const int LeastEvents = 1;
    private const int MostEvents = 10_000_000;
    private const int DroppedStepsTold = 20;

    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var data = new DataOptions();
        data.Events.Required = true;
        data.Schema.Required = true;
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder for config.json, weights.safetensors and metrics.json", HelpName = "DIR", Required = true };
        var time = SharedOptions.Duration("--train-time", "How long to fit at most", "10m");
        var epochs = SharedOptions.Number("--epochs", "Passes over the requests at the most", new TrainingOptions().Epochs, 0.01, 1000);
        var maxEvents = SharedOptions.Number("--max-events", "The history window at the most, in events", 10_000, LeastEvents, MostEvents);
        var seed = new Option<int>("--seed") { Description = "Seed of the first weights and of the order of requests", DefaultValueFactory = _ => 1 };
        var recompute = new Option<bool>("--recompute") { Description = "Take less memory: compute layers again on the way back instead of keeping them" };
        var precision = SharedOptions.Parsed<TrainingPrecision>(
            new("--precision") { Description = "Numbers that linear maps are computed in; bfloat16 is slow on processors without instructions for it", HelpName = "TYPE" },
            "float32",
            TryPrecision,
            "float32 or bfloat16");
        var shape = new Option<FileInfo>("--config") { Description = "A config.json with the model's shape; without it, the data say which", HelpName = "FILE" };
        var command = new Command("train", "Train a model on behaviours and measure it on the later part of time")
        {
            data.Events, data.Impressions, data.Schema, output, time, epochs, maxEvents, seed, recompute, precision, shape,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(shape) is not null && result.GetResult(maxEvents) is { Implicit: false })
            {
                result.AddError("--max-events is for a shape that the data choose; with --config, max_events stands in the file");
            }
        });
        command.SetAction(async (parsed, stop) =>
        {
            var folder = parsed.GetRequiredValue(output);
            Probe(folder);
            var given = parsed.GetValue(shape) is { } file ? LongerConfigJson.Parse(File.ReadAllBytes(file.FullName)) : null;
            var set = await terminal.WithProgressAsync("read", bar => Task.Run(() => data.Read(parsed, bar), stop).WaitAsync(stop));
            terminal.Line(set.Log.Report.ToString());
            if (given is not null)
            {
                DataOptions.Hold("--config", given, set.Samples);
            }

            var config = given ?? new ModelShape { MaxEvents = parsed.GetValue(maxEvents) }.For(set.Samples);
            var options = new TrainingOptions
            {
                Epochs = parsed.GetValue(epochs),
                TimeBudget = parsed.GetValue(time),
                Seed = parsed.GetValue(seed),
                Recompute = parsed.GetValue(recompute),
                Precision = parsed.GetValue(precision),
            };
            var (metrics, version) = await RunAsync(terminal, set.Samples, config, options, folder.FullName, stop);
            MetricsTable.Print(terminal, metrics.Tasks);
            PrintSteps(terminal, metrics.Report);
            terminal.Line($"Model {version} in {folder}, trained in {metrics.TrainSeconds.ToString("F0", CultureInfo.InvariantCulture)} s; labels from {DataOptions.LabelsFrom(metrics.Source)}.");
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Trains, showing how far it is, and writes the model's folder.</summary>
    public static Task<(ModelMetrics Metrics, string Version)> RunAsync(
        Terminal terminal, TrainingSet set, LongerConfig config, TrainingOptions options, string folder, CancellationToken stop) =>
        terminal.WithProgressAsync("train", bar => Task.Run(
            () =>
            {
                var told = new Told<TrainingProgress>(p => bar.Report(
                    p.Done,
                    string.Create(CultureInfo.InvariantCulture, $"loss {p.Loss:F4}, {p.SamplesPerSecond:N0} candidates/s")));
                var (weights, metrics) = ModelTraining.Run(set, config, options, new SplitRule(), TimeProvider.System, told, stop);
                return (metrics, ModelTraining.Save(folder, config, weights, metrics));
            },
            stop));

    private static bool TryPrecision(string text, out TrainingPrecision precision)
    {
        precision = text == "bfloat16" ? TrainingPrecision.BFloat16 : TrainingPrecision.Full;
        return text is "float32" or "bfloat16";
    }

    private static void PrintSteps(Terminal terminal, TrainingReport report)
    {
        var tables = report.Tables.Select(table => $"{table.Table} {Figures.Whole(table.Touched)} of {Figures.Whole(table.Rows)} ({Figures.Whole(table.PerStep)} a step)");
        terminal.Line($"{Figures.Whole(report.Steps)} steps; rows touched: {string.Join(", ", tables)}.");
        if (report.Dropped.Count > 0)
        {
            terminal.Line($"{Figures.Whole(report.Dropped.Count)} more steps were dropped:");
            foreach (var step in report.Dropped.Take(DroppedStepsTold))
            {
                terminal.Line($"  {step}");
            }

            if (report.Dropped.Count > DroppedStepsTold)
            {
                terminal.Line($"  and {Figures.Whole(report.Dropped.Count - DroppedStepsTold)} more.");
            }
        }
    }

    // A folder that cannot be written is told before the time is spent on what it cannot take.
    private static void Probe(DirectoryInfo folder)
    {
        try
        {
            folder.Create();
            using var probe = new FileStream(
                Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            probe.WriteByte(0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--out {folder}: it cannot be written to: {e.Message}", e);
        }
    }
}
