using System.CommandLine;
using Longer.Grid.Model;
using GridOptions = Longer.Grid.Silo.SharedOptions;

namespace Longer.Grid.Benchmarks;

/// <summary><c>engine</c>: the engine's operations beside the machine's peak.</summary>
internal static class EngineCommand
{
    private const string Peak = "MatMul 1024³";

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("engine");
        var longest = new Option<bool>("--long") { Description = "Also L = 50,000" };
        var command = new Command("engine", "Prefill, append and score at several lengths: time, GFLOP/s, share of the peak") { longest };
        var storage = GridOptions.KvStorage();
        command.Add(storage);
        shared.AddTo(command);
        command.SetAction(parsed => Run(shared.Of(parsed), parsed.GetValue(longest), parsed.GetValue(storage)));
        return command;
    }

    private static void Run(BenchOptions options, bool longest, KvStorage storage)
    {
        using var device = new DeviceProvider(new EngineOptions().Device);
        using var peak = new MatMulPeak(device, options.Workers);
        using var bench = new EngineBench(device, BenchModel.Config(), storage);
        using var large = longest ? new EngineBench(device, BenchModel.Config(50_000), storage) : null;
        var interleaved = new Interleaved(options.Workers, options.Rounds, options.AtLeast);
        interleaved.Add(Peak, peak.Run);
        var flops = new Dictionary<string, double>(StringComparer.Ordinal) { [Peak] = MatMulPeak.Flops };
        int[] candidates = options.Quick ? [20, 500] : [1, 20, 100, 500, 1000];
        foreach (var events in options.Quick ? [10_000] : new[] { 100, 1_000, 10_000 })
        {
            Join(bench.AddTo(interleaved, options.Workers, events, candidates));
        }

        if (large is not null)
        {
            Join(large.AddTo(interleaved, options.Workers, 50_000, candidates.Where(c => c <= 100)));
        }

        var seconds = interleaved.Run(BenchOptions.Told);
        var rows = seconds.Select(measured => new EngineFigures(
            measured.Key,
            flops[measured.Key],
            Spread.Of(measured.Value),
            Spread.Of(measured.Value.Select(s => flops[measured.Key] / s)).Median / 1e9,
            Spread.Of(measured.Value.Zip(seconds[Peak], (s, p) => flops[measured.Key] / s / (MatMulPeak.Flops / p))))).ToList();
        BenchReport.Print(
            $"engine: float32, K/V rings {GridOptions.NameOf(storage)}, {options.Workers} callers at once, {options.Rounds} rounds; MFLOP by MODEL.md's formulas",
            ["operation", "MFLOP", "ms", "10 %", "90 %", "GFLOP/s a caller", "share of the peak", "times its floor"],
            rows.Select(row => new[]
            {
                row.Operation, Texts.Digits(row.Flops / 1e6), Texts.Milliseconds(row.Seconds.Median), Texts.Milliseconds(row.Seconds.Low), Texts.Milliseconds(row.Seconds.High),
                Texts.Digits(row.GflopPerSecond), Texts.Percent(row.ShareOfPeak.Median), Texts.Digits(row.TimesItsFloor),
            }));
        BenchReport.Save(options, storage, rows.Single(row => row.Operation == Peak).GflopPerSecond, rows);

        void Join(Dictionary<string, double> more)
        {
            foreach (var (name, count) in more)
            {
                flops.Add(name, count);
            }
        }
    }
}
