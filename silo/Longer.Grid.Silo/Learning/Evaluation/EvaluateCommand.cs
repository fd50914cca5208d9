using System.CommandLine;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid evaluate</c>: a model's metrics on the later part of time, or LONGER beside what it is compared with.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var data = new DataOptions();
        var model = new Option<DirectoryInfo>("--model") { Description = "The model's folder: measured through the serving engine", HelpName = "DIR" };
        var baselines = new Option<bool>("--baselines") { Description = "Train LONGER and its baselines on the same samples and print all of them; takes a while" };
        var simulator = new Option<bool>("--simulator") { Description = "Train long and short windows on simulated users with long-term interests, three seeds; takes a while" };
        var epochs = SharedOptions.Number("--epochs", "Passes over the requests, with --baselines", new TrainingOptions().Epochs, 0.01, 1000);
        var rate = new Option<double?>("--rate") { Description = "Fit every row with this learning rate, with --simulator, rather than choose each row's first", HelpName = "N" };
        var kvMemory = SharedOptions.KvMemory();
        var kvStorage = SharedOptions.KvStorage();
        var command = new Command("evaluate", "Measure a model, or a comparison of models, on the later part of time")
        {
            model, baselines, simulator, data.Events, data.Impressions, data.Schema, epochs, rate, kvMemory, kvStorage,
        };
        command.Validators.Add(result =>
        {
            Option[] ways = [model, baselines, simulator];
            if (ways.Count(Given) != 1)
            {
                result.AddError("accepted is one of --model, --baselines and --simulator");
            }
            else if (Given(simulator) ? Given(data.Events) || Given(data.Schema) || Given(data.Impressions) : !Given(data.Events) || !Given(data.Schema))
            {
                result.AddError("--model and --baselines need --events and --schema; --simulator makes its own events");
            }
            else
            {
                RefuseWithout(baselines, epochs);
                RefuseWithout(simulator, rate);
                if (Given(rate) && result.GetValue(rate) is not (> 0 and < 1))
                {
                    result.AddError($"--rate {result.GetValue(rate)}: accepted is a number above 0 and below 1");
                }

                RefuseWithout(model, kvMemory, kvStorage);
            }

            void RefuseWithout(Option way, params Option[] options)
            {
                foreach (var option in options.Where(option => !Given(way) && Given(option)))
                {
                    result.AddError($"{option.Name} does nothing here: accepted is it with {way.Name}");
                }
            }

            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
        });
        command.SetAction(async (parsed, stop) =>
        {
            if (parsed.GetValue(simulator))
            {
                await LengthReport.RunAsync(terminal, parsed.GetValue(rate), stop);
                return ExitCodes.Done;
            }

            var package = parsed.GetValue(model) is { } folder ? ModelPackage.Load(folder.FullName) : null;
            var set = await terminal.WithProgressAsync("read", bar => Task.Run(() => data.Read(parsed, bar), stop).WaitAsync(stop));
            terminal.Line(set.Log.Report.ToString());
            terminal.Line($"Labels from {DataOptions.LabelsFrom(set.Samples.Source)}.");
            if (package is null)
            {
                await BaselineReport.RunAsync(terminal, set.Samples, new TrainingOptions { Epochs = parsed.GetValue(epochs) }, stop);
            }
            else
            {
                MetricsTable.Print(terminal, await RunAsync(terminal, package, set.Samples, new EngineOptions { KvBudgetBytes = parsed.GetValue(kvMemory), KvStorage = parsed.GetValue(kvStorage) }, stop));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Measures a model through the serving engine, on the requests that <c>train</c> measures on.</summary>
    /// <exception cref="CommandException">The model has other tasks than the data, or sides that they lack.</exception>
    public static Task<IReadOnlyDictionary<string, RankingMetrics>> RunAsync(
        Terminal terminal, ModelPackage package, TrainingSet set, EngineOptions options, CancellationToken stop)
    {
        DataOptions.Hold("--model", package.Config, set);
        return terminal.WithProgressAsync("evaluate", async bar =>
        {
            var split = RequestSplit.Of(set, new SplitRule { ValidationShare = 0 });
            using var device = new InferenceDevice(options, TimeProvider.System);
            await using var engine = new LongerEngine(device, package);
            var told = new Told<double>(done => bar.Report(done, $"{Figures.Whole(done * split.Test.Count)} of {Figures.Whole(split.Test.Count)} requests"));
            var predictions = await Predictions.ByEngineAsync(engine, split.Test, told, stop);
            return (IReadOnlyDictionary<string, RankingMetrics>)set.Tasks.Zip(predictions)
                .ToDictionary(task => task.First, task => RankingMetrics.Of(task.Second), StringComparer.Ordinal);
        });
    }
}
