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
        var simulator = new Option<bool>("--simulator") { Description = "Train long and short windows on simulated users with long-term interests, three seeds; takes a while. With --scaling: the users to study that on" };
        var scaling = new Option<bool>("--scaling")
        {
            Description = "Train LONGER with windows, merges and queries of many sizes and print what each costs and is worth, on files or with --simulator; takes a while",
        };
        var continuous = new Option<bool>("--continuous") { Description = "Train a model on the earlier half of time, and print how it and its twin that goes on learning do on the later half" };
        var epochs = SharedOptions.Number(
            "--epochs",
            $"Passes over the requests, with --baselines, --continuous or --scaling; on simulated users {SimulatedScaling.Options.Fit.Epochs} where none is given",
            new TrainingOptions().Epochs,
            0.01,
            1000);
        var rate = new Option<double?>("--rate") { Description = "Fit every row with this learning rate, with --simulator or --scaling, or go on with it, with --continuous; --simulator otherwise chooses each row's first", HelpName = "N" };
        var requests = SharedOptions.Number("--requests", "Requests that each row is fitted on at the most, the newest, with --scaling", new ScalingOptions().MostRequests, 1, int.MaxValue);
        var cross = new Option<bool>("--cross-features") { Description = "Count the candidate in the history for each row, with --scaling; otherwise rows show what the sequence alone tells" };
        var plot = PlotFile.Option();
        var kvMemory = SharedOptions.KvMemory();
        var kvStorage = SharedOptions.KvStorage();
        var command = new Command("evaluate", "Measure a model, or a comparison of models, on the later part of time")
        {
            model, baselines, continuous, scaling, simulator, data.Events, data.Impressions, data.Schema, epochs, rate, requests, cross, plot, kvMemory, kvStorage,
        };
        command.Validators.Add(result =>
        {
            Option[] ways = [model, baselines, continuous, scaling, simulator];
            if (ways.Count(Given) != 1 && !(ways.Count(Given) == 2 && Given(scaling) && Given(simulator)))
            {
                result.AddError("accepted is one of --model, --baselines, --continuous, --scaling and --simulator, or --scaling with --simulator");
            }
            else if (Given(simulator) ? Given(data.Events) || Given(data.Schema) || Given(data.Impressions) : !Given(data.Events) || !Given(data.Schema))
            {
                result.AddError("--model, --baselines, --continuous and --scaling need --events and --schema; --simulator makes its own events");
            }
            else
            {
                RefuseWithout([baselines, continuous, scaling], epochs);
                RefuseWithout([simulator, continuous, scaling], rate);
                RefuseWithout([scaling], requests, cross, plot);
                if (Given(rate) && result.GetValue(rate) is not (> 0 and < 1))
                {
                    result.AddError($"--rate {result.GetValue(rate)}: accepted is a number above 0 and below 1");
                }

                RefuseWithout([model], kvMemory, kvStorage);
            }

            void RefuseWithout(Option[] any, params Option[] options)
            {
                foreach (var option in options.Where(option => !any.Any(Given) && Given(option)))
                {
                    result.AddError($"{option.Name} does nothing here: accepted is it with {string.Join(" or ", any.Select(way => way.Name))}");
                }
            }

            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
        });
        command.SetAction(async (parsed, stop) =>
        {
            if (parsed.GetValue(scaling))
            {
                await ScaleAsync(parsed, stop);
                return ExitCodes.Done;
            }

            if (parsed.GetValue(simulator))
            {
                await LengthReport.RunAsync(terminal, parsed.GetValue(rate), stop);
                return ExitCodes.Done;
            }

            var package = parsed.GetValue(model) is { } folder ? ModelPackage.Load(folder.FullName) : null;
            var set = await ReadAsync(parsed, stop);
            if (parsed.GetValue(continuous))
            {
                await ContinueAsync(parsed, set.Samples, stop);
            }
            else if (package is null)
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

        Task ContinueAsync(ParseResult parsed, TrainingSet set, CancellationToken stop)
        {
            var usual = new ContinuousStudyOptions();
            return ContinuousReport.RunAsync(
                terminal,
                set,
                usual with
                {
                    First = usual.First with { Epochs = parsed.GetValue(epochs) },
                    Online = usual.Online with { LearningRate = parsed.GetValue(rate) ?? usual.Online.LearningRate },
                },
                stop);
        }

        async Task ScaleAsync(ParseResult parsed, CancellationToken stop)
        {
            var drawing = parsed.GetValue(plot) is { } file ? PlotFile.At(file) : null;
            var simulates = parsed.GetValue(simulator);
            var usual = simulates ? SimulatedScaling.Options : new ScalingOptions();
            var options = usual with
            {
                MostRequests = parsed.GetValue(requests),
                CrossFeatures = parsed.GetValue(cross),
                Fit = usual.Fit with
                {
                    Epochs = parsed.GetResult(epochs) is { Implicit: false } ? parsed.GetValue(epochs) : usual.Fit.Epochs,
                    LearningRate = parsed.GetValue(rate) ?? usual.Fit.LearningRate,
                },
            };
            var (title, set) = simulates
                ? ("simulated users", await ScalingReport.SimulateAsync(terminal, stop))
                : (Path.GetFileNameWithoutExtension(parsed.GetRequiredValue(data.Schema)), (await ReadAsync(parsed, stop)).Samples);
            await ScalingReport.RunAsync(terminal, title, set, options, drawing, stop);
        }

        async Task<DataSet> ReadAsync(ParseResult parsed, CancellationToken stop)
        {
            var set = await terminal.WithProgressAsync("read", bar => Task.Run(() => data.Read(parsed, bar), stop).WaitAsync(stop));
            terminal.Line(set.Log.Report.ToString());
            terminal.Line($"Labels from {DataOptions.LabelsFrom(set.Samples.Source)}.");
            return set;
        }
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
