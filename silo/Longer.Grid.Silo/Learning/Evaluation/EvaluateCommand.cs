using System.CommandLine;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid evaluate</c>: a model's metrics on the later part of time, through the serving engine.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var data = new DataOptions();
        data.Events.Required = true;
        data.Schema.Required = true;
        var model = new Option<DirectoryInfo>("--model") { Description = "The model's folder", HelpName = "DIR", Required = true };
        var command = new Command("evaluate", "Measure a model on the later part of time, through the serving engine") { model, data.Events, data.Impressions, data.Schema };
        command.SetAction(async (parsed, stop) =>
        {
            var package = ModelPackage.Load(parsed.GetRequiredValue(model).FullName);
            var set = await terminal.WithProgressAsync("read", bar => Task.Run(() => data.Read(parsed, bar), stop));
            terminal.Line(set.Log.Report.ToString());
            if (!package.Config.Tasks.SequenceEqual(set.Samples.Tasks, StringComparer.Ordinal))
            {
                throw new CommandException($"the model's tasks are {string.Join(", ", package.Config.Tasks)}; the data's are {string.Join(", ", set.Samples.Tasks)}");
            }

            var tasks = await terminal.WithProgressAsync("evaluate", bar => RunAsync(package, set.Samples, bar, stop));
            MetricsTable.Print(terminal, tasks);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyDictionary<string, RankingMetrics>> RunAsync(ModelPackage package, TrainingSet set, IProgressBar bar, CancellationToken stop)
    {
        var split = RequestSplit.Of(set, new SplitRule { ValidationShare = 0 });
        using var device = new InferenceDevice(new EngineOptions(), TimeProvider.System);
        await using var engine = new LongerEngine(device, package);
        var tasks = new Dictionary<string, RankingMetrics>(StringComparer.Ordinal);
        for (var t = 0; t < set.Tasks.Count; t++)
        {
            var told = new Told<double>(done => bar.Report((t + done) / set.Tasks.Count, $"{Figures.Whole(done * split.Test.Count)} of {Figures.Whole(split.Test.Count)} requests"));
            tasks.Add(set.Tasks[t], RankingMetrics.Of(await Predictions.ByEngineAsync(engine, split.Test, t, told, stop)));
        }

        return tasks;
    }
}
