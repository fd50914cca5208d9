using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary><c>overload</c>: a whole grid that is asked for several times what it can serve.</summary>
internal static class OverloadCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("overload");
        var times = new Option<double>("--times") { Description = "The load, in capacities", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long", DefaultValueFactory = _ => 60 };
        var users = new Option<int>("--users") { Description = "Resident users", DefaultValueFactory = _ => 50 };
        var events = new Option<int>("--events") { Description = "Events of each", DefaultValueFactory = _ => 10_000 };
        var candidates = new Option<int>("--candidates") { Description = "Candidates of a score", DefaultValueFactory = _ => 100 };
        var client = new Option<string>(HttpCommand.ClientOption) { Hidden = true };
        var command = new Command("overload", "Scores over HTTP at several times what the grid can serve: what is served, what is refused, and how soon")
        {
            times, seconds, users, events, candidates, client,
        };
        shared.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            if (parsed.GetValue(client) is { } gateway)
            {
                return OverloadClient.ServeAsync(new Uri(gateway), stop);
            }

            var options = shared.Of(parsed);
            return RunAsync(
                options,
                new OverloadPlan(
                    parsed.GetValue(users), parsed.GetValue(events), parsed.GetValue(candidates), parsed.GetValue(times), TimeSpan.FromSeconds(options.Quick ? 5 : parsed.GetValue(seconds))),
                stop);
        });
        return command;
    }

    private static async Task RunAsync(BenchOptions options, OverloadPlan plan, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("longer-bench-");
        try
        {
            await using var grid = await BenchGrid.StartAsync(folder, options, stop);
            using var child = LoadClient.Start("overload", grid.Url);
            await child.StandardInput.WriteLineAsync(JsonSerializer.Serialize(plan).AsMemory(), stop);
            while (await child.StandardOutput.ReadLineAsync(stop) != OverloadClient.Mark)
            {
                LoadClient.ThrowIfFailed(child);
            }

            var memory = await WatchAsync(child, stop);
            var measured = JsonSerializer.Deserialize<OverloadFigures>((await child.StandardOutput.ReadLineAsync(stop))!, LoadClient.Json)!;
            Print(plan, measured, memory);
            BenchReport.Save(options, KvStorage.Full, null, new { Plan = plan, Measured = measured, Memory = memory });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Bytes of this process, which is the grid, until the child says that the overload has ended.</summary>
    private static async Task<MemoryBytes> WatchAsync(Process child, CancellationToken stop)
    {
        var ended = child.StandardOutput.ReadLineAsync(stop).AsTask();
        var (before, most) = (Environment.WorkingSet, 0L);
        using var timer = new PeriodicTimer(LookEvery, TimeProvider.System);
        while (!ended.IsCompleted)
        {
            most = Math.Max(most, Environment.WorkingSet);
            await timer.WaitForNextTickAsync(stop);
        }

        LoadClient.ThrowIfFailed(child);
        return new(before, most, Environment.WorkingSet);
    }

    private static void Print(OverloadPlan plan, OverloadFigures measured, MemoryBytes memory)
    {
        BenchReport.Print(
            $"overload: {plan.Times} x capacity for {plan.Duration.TotalSeconds:F0} s; {Texts.Whole(plan.Users)} users of {Texts.Whole(plan.Events)} events, C = {plan.Candidates}",
            ["ms", "answers", "p50", "p90", "p99", "p99.9", "most"],
            new[] { measured.Served, measured.Refusals, measured.Recovered }.Select(of => new[]
            {
                of.What, Texts.Whole(of.Requests), Texts.Milliseconds(of.Median), Texts.Milliseconds(of.Percentile90), Texts.Milliseconds(of.Percentile99),
                Texts.Milliseconds(of.Percentile999), Texts.Milliseconds(of.Most),
            }));
        Console.WriteLine(
            $"""
            capacity          {Texts.Digits(measured.Capacity)} scores/s ({Texts.Digits(measured.CapacityBefore)} before, {Texts.Digits(measured.CapacityAfter)} after)
            sent              {Texts.Digits(measured.Sent)} /s, {Texts.Digits(measured.Sent / measured.Capacity)} x capacity; {Texts.Whole(measured.Failed)} failed
            goodput           {Texts.Digits(measured.Goodput)} scores/s, {Texts.Percent(measured.Goodput / measured.Capacity)} of capacity
            refused           {Texts.Whole(measured.Refused)}, {Texts.Percent(measured.LateRefusals)} of them after more than 50 ms
            load generator    {Texts.Percent(measured.GeneratorShare)} of the processors
            first second      {Texts.Whole(measured.FirstSecond.Answered)} of {Texts.Whole(measured.FirstSecond.Requests)} answered, at half the capacity
            memory            {Texts.Whole(memory.Before >> 20)} MiB before, {Texts.Whole(memory.Most >> 20)} at most, {Texts.Whole(memory.After >> 20)} after
            """);
    }

    /// <summary>A process's working set before an overload, at most during it, and after it.</summary>
    private sealed record MemoryBytes(long Before, long Most, long After);
}
