using System.CommandLine;
using Longer.Grid.Model;
using GridOptions = Longer.Grid.Silo.SharedOptions;

namespace Longer.Grid.Benchmarks;

/// <summary><c>profile</c>: what the nodes of one of the engine's graphs take, by ONNX Runtime's profiler.</summary>
internal static class ProfileCommand
{
    private const string Score = "score";

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var operation = new Argument<string>("operation") { Description = "prefill, append or score" };
        operation.AcceptOnlyFromAmong("prefill", "append", Score);
        var events = GridOptions.Number("--events", "L", 10_000, 1, 50_000);
        var candidates = GridOptions.Number("--candidates", "C of a score", 500, 1, 2_000);
        var runs = GridOptions.Number("--runs", "Runs whose median counts", 200, 10, 10_000);
        var storage = GridOptions.KvStorage();
        var output = SharedOptions.Output("profile");
        var command = new Command("profile", "What the nodes of one operation take, by ONNX Runtime's profiler") { operation, events, candidates, runs, storage, output };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(operation), parsed.GetValue(events), parsed.GetValue(candidates), parsed.GetValue(runs), parsed.GetValue(storage), parsed.GetValue(output)!));
        return command;
    }

    private static void Run(string operation, int events, int candidates, int runs, KvStorage storage, FileInfo output)
    {
        var folder = Directory.CreateTempSubdirectory("longer-profile-");
        try
        {
            Call(operation, events, candidates, runs, storage, Path.Combine(folder.FullName, "trace"));

            // A trace for each session; the others were run once, to make a state, or never.
            var nodes = folder.EnumerateFiles().Select(NodeTimes.Read).Single(trace => trace.Runs >= runs).Nodes;
            var all = nodes.Sum(node => node.Microseconds);
            var what = operation == Score ? $"{operation} C = {candidates:N0}" : operation;
            BenchReport.Print(
                $"profile: {what}, L = {events:N0}, one caller; {all / 1e3:N2} ms in nodes, medians of {runs:N0} runs",
                ["node", "of them", "us", "of all"],
                nodes.Select(node => new[] { node.Node, Texts.Whole(node.Count), Texts.Whole(node.Microseconds), Texts.Percent(node.Microseconds / all) }));
            BenchReport.Save(output, nodes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Call(string operation, int events, int candidates, int runs, KvStorage storage, string trace)
    {
        using var device = new DeviceProvider(new EngineOptions().Device, trace);
        using var bench = new EngineBench(device, BenchModel.Config(Math.Max(events, 10_000)), storage);
        var call = bench.Call(operation, events, candidates);
        for (var run = 0; run < runs; run++)
        {
            call();
        }
    }
}
