using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>The main job from end to end: import, train, publish, live traffic, serve.</summary>
internal sealed class Demo(Terminal terminal, ListenAddress address, TimeSpan trainTime, long kvBudgetBytes, KvStorage kvStorage)
{
    /// <summary>Runs until it is told to stop.</summary>
    /// <param name="read">Makes or reads the data.</param>
    /// <param name="given">The caller's folder; <see langword="null"/> for one that goes with the demonstration.</param>
    /// <param name="stop">Ends it, at any point.</param>
    public async Task RunAsync(Func<Task<DemoInput>> read, DirectoryInfo? given, CancellationToken stop)
    {
        using var folder = DemoFolder.Take(given);
        var input = await read();
        var set = input.Set;
        var split = RequestSplit.Of(set.Samples, new SplitRule());
        var plan = ReplayPlan.Of(set, split.TestFromMs);
        Describe(set, split, plan);

        await using var grid = await GridHost.StartAsync(
            new GridHostOptions
            {
                Data = folder.Data,
                Http = address,
                KvBudgetBytes = kvBudgetBytes,
                KvStorage = kvStorage,
                Training = (services, database) => services.AddContinuousTraining(database, Learning(input)),
                Verbose = terminal.Verbose,
            },
            stop);
        await terminal.WithProgressAsync("import", bar => new Importer(grid.Grains).ImportAsync(plan.Before, bar, stop));
        await TrainAsync(input, folder, stop);
        await PublishCommand.RunAsync(terminal, grid.Url, new ModelFolder(new DirectoryInfo(folder.Model)), activate: true, stop);
        await ReplayAsync(grid.Url, set, plan, stop);

        terminal.Line();
        terminal.Line($"Serving at {grid.Url.AbsoluteUri.TrimEnd('/')} from {folder.Folder.FullName}. Ctrl-C stops it. Try:");
        terminal.Line();
        foreach (var line in TryLines.Of(grid.Url, set, plan, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            terminal.Line("  " + line);
        }

        await stop.WhenCancelledAsync();
        await grid.StopAsync();
    }

    /// <summary>Learns from the live traffic's outcomes, more often than a grid would that has more of them.</summary>
    private ContinuousOptions Learning(DemoInput input) => (new ContinuousOptions
    {
        Every = TimeSpan.FromSeconds(10),
        Fit = new TrainingOptions { LearningRate = input.Fit.LearningRate / 10 },
        Told = Tell,
    }).BesideServing(share: 0.5);

    private void Tell(TrainingPeriodReport period)
    {
        if (period.Requests > 0)
        {
            terminal.Line(
                $"Trained on the outcomes of {Figures.Whole(period.Requests)} live requests: log loss {Figures.Metric(period.LogLoss ?? double.NaN)}, the active model's "
                + $"{Figures.Metric(period.ActiveLogLoss ?? double.NaN)} on the {Figures.Whole(period.TestedLabels)} labels after them; "
                + (period.Version is { } version ? $"model {version[..12]} serves now" : period.Result));
        }
    }

    private void Describe(DataSet set, RequestSplit split, ReplayPlan plan)
    {
        terminal.Line(set.Log.Report.ToString());
        terminal.Line(
            $"{Figures.Whole(plan.Before.Sum(u => u.Events.Count))} events and {Figures.Whole(split.TrainAndValidation.Count)} requests "
            + $"before {DateTimeOffset.FromUnixTimeMilliseconds(split.TestFromMs):u} to learn from, {Figures.Whole(split.Test.Count)} requests after it as live traffic");
    }

    private async Task TrainAsync(DemoInput input, DemoFolder folder, CancellationToken stop)
    {
        var config = input.Shape.For(input.Set.Samples);
        var (metrics, version) = await TrainCommand.RunAsync(terminal, input.Set.Samples, config, input.Fit with { TimeBudget = trainTime }, folder.Model, stop);
        terminal.Line(
            $"Model {version[..12]} trained in {DurationText.Text(TimeSpan.FromSeconds(Math.Round(metrics.TrainSeconds)))} on labels from {DataOptions.LabelsFrom(metrics.Source)}; on the later part of time:");
        MetricsTable.Print(terminal, metrics.Tasks);
    }

    private async Task ReplayAsync(Uri url, DataSet set, ReplayPlan plan, CancellationToken stop)
    {
        using var client = new TrafficClient(url);
        var meter = new TrafficMeter(set.Samples.Tasks, TimeProvider.System);
        var began = TimeProvider.System.GetTimestamp();
        await terminal.WithProgressAsync("live traffic", async bar =>
        {
            await new Replayer(client, set.Samples.Tasks, meter, TimeProvider.System).RunAsync(plan.Steps, bar, stop);
            return 0;
        });

        var done = meter.Summary();
        terminal.Line(
            $"{Figures.Whole(done.Requests)} requests scored, {Figures.Whole(done.Outcomes)} outcomes of them accepted and {Figures.Whole(done.Events)} events appended over HTTP "
            + $"in {DurationText.Text(TimeProvider.System.GetElapsedTime(began))}");
        foreach (var (task, auc) in set.Samples.Tasks.Zip(done.Auc))
        {
            terminal.Line($"  live AUC, {task}: {Figures.Metric(auc)}");
        }

        terminal.Line($"  latency of a score: p50 {Figures.Milliseconds(done.Median)}, p99 {Figures.Milliseconds(done.Percentile99)} ({Replayer.Callers} callers)");
        terminal.Line($"  answered from a warm state: {Figures.Percent(done.Warm)}");
    }
}
