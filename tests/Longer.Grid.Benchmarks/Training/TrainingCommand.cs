using System.CommandLine;
using System.Diagnostics;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Benchmarks;

/// <summary><c>training</c>: what a step of the trainer takes, in one of its ways. A process measures one way: memory that it has had is not given back.</summary>
internal static class TrainingCommand
{
    private const int WarmUpSteps = 2;

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("training");
        var recompute = new Option<bool>("--recompute") { Description = "Compute layers again on the way back" };
        var bfloat16 = new Option<bool>("--bfloat16") { Description = "Compute linear maps in bfloat16" };
        var wide = new Option<int>("--event-dim") { Description = "Width of an event token", DefaultValueFactory = _ => new ModelShape().EventDim };
        var events = new Option<int>("--events") { Description = "Events of each of the 16 users of a step", DefaultValueFactory = _ => 10_000 };
        var command = new Command("training", "Time and peak memory of a step of training: 128 requests of 16 users") { recompute, bfloat16, wide, events };
        shared.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var options = shared.Of(parsed);
            var training = new TrainingOptions
            {
                Threads = options.Workers,
                Recompute = parsed.GetValue(recompute),
                Precision = parsed.GetValue(bfloat16) ? TrainingPrecision.BFloat16 : TrainingPrecision.Full,
            };
            Run(options, training, new ModelShape { EventDim = parsed.GetValue(wide) }, parsed.GetValue(events), stop);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Run(BenchOptions options, TrainingOptions training, ModelShape shape, int events, CancellationToken stop)
    {
        // 8 requests of a user share an encoding: a step is 16 users' histories, all of them.
        var steps = options.Rounds + WarmUpSteps;
        var set = InterestSimulator.Simulate(new() { Users = 16, EventsPerUser = events, QuietEvents = events * 2 / 5 }).Data.Samples;
        var config = shape.For(set);
        using var module = new LongerModule(config, ModelInitializer.Random(config, seed: 1));
        var (seconds, processor) = (new List<double>(), new List<double>());
        var last = Stopwatch.GetTimestamp();
        var (before, peak) = (ProcessMemory.Now, 0L);
        ProcessMemory.ForgetPeak();
        var each = new EachStep(() =>
        {
            seconds.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
            processor.Add(Environment.CpuUsage.TotalTime.TotalSeconds);
            peak = ProcessMemory.Peak;
            last = Stopwatch.GetTimestamp();
        });
        var report = new Trainer(training with { Epochs = steps }, TimeProvider.System).Fit(module, set.SamplesByTime(), each, stop);

        var spread = Spread.Of(seconds.Skip(WarmUpSteps));
        var busy = Spread.Of(processor.Skip(WarmUpSteps).Zip(processor.Skip(WarmUpSteps - 1), (now, then) => now - then));
        BenchReport.Print(
            $"training: {report.Steps} steps of {report.Candidates / report.Steps} candidates, {config.MaxEvents} events, {config.ModelDim} wide, {training.Threads} threads",
            ["way", "ms a step", "10 %", "90 %", "processor ms", "MiB above what there was before"],
            [[Name(training), Texts.Milliseconds(spread.Median), Texts.Milliseconds(spread.Low), Texts.Milliseconds(spread.High), Texts.Milliseconds(busy.Median), Texts.Whole((peak - before) / (double)(1 << 20))]]);
        BenchReport.Save(options, KvStorage.Full, peakGflops: null, new { Way = Name(training), Seconds = spread, ProcessorSeconds = busy, PeakBytes = peak - before });
    }

    private static string Name(TrainingOptions training) => $"{(training.Recompute ? "recompute" : "keep")}, {(training.Precision == TrainingPrecision.BFloat16 ? "bfloat16" : "float32")}";

    private sealed class EachStep(Action measure) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => measure();
    }
}
