using System.CommandLine;
using System.Text.Json;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary><c>overload</c>: a whole grid that is asked for several times what it can serve.</summary>
internal static class OverloadCommand
{
    /// <summary>What comes before the capacity is one, too.</summary>
    private const int Parts = 5;

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
            List<GridUse> uses = [];
            for (var part = 0; part < Parts; part++)
            {
                uses.Add(await GridUse.UntilMarkAsync(child, OverloadClient.Mark, stop));
            }

            var measured = JsonSerializer.Deserialize<OverloadFigures>((await child.StandardOutput.ReadLineAsync(stop))!, LoadClient.Json)!;
            Print(plan, measured, uses);
            BenchReport.Save(options, KvStorage.Full, null, new { Plan = plan, Measured = measured, Grid = uses });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Print(OverloadPlan plan, OverloadFigures measured, List<GridUse> uses)
    {
        BenchReport.Print(
            $"overload: {plan.Times} x capacity for {plan.Duration.TotalSeconds:F0} s; {Texts.Whole(plan.Users)} users of {Texts.Whole(plan.Events)} events, C = {plan.Candidates}",
            ["ms", "answers", "p50", "p90", "p99", "p99.9", "most"],
            new[] { measured.Served, measured.Refusals, measured.Recovered }.Select(of => new[]
            {
                of.What, Texts.Whole(of.Requests), Texts.Milliseconds(of.Median), Texts.Milliseconds(of.Percentile90), Texts.Milliseconds(of.Percentile99),
                Texts.Milliseconds(of.Percentile999), Texts.Milliseconds(of.Most),
            }));
        var capacity = measured.CapacityBefore * plan.CapacityDuration.TotalSeconds;
        var (score, served) = ((uses[1].Cpu - uses[0].Cpu) / capacity, measured.Goodput * measured.Duration);
        var overload = uses[2].Cpu - uses[1].Cpu;
        Console.WriteLine(
            $"""
            capacity          {Texts.Digits(measured.Capacity)} scores/s ({Texts.Digits(measured.CapacityBefore)} before, {Texts.Digits(measured.CapacityAfter)} after)
            sent              {Texts.Digits(measured.Sent)} /s, {Texts.Digits(measured.Sent / measured.Capacity)} x capacity; {Texts.Whole(measured.Failed)} failed
            goodput           {Texts.Digits(measured.Goodput)} scores/s, {Texts.Percent(measured.Goodput / measured.Capacity)} of capacity
            refused           {Texts.Whole(measured.Refused)}, {Texts.Percent(measured.LateRefusals)} of them after more than 50 ms
            load generator    {Texts.Percent(measured.GeneratorShare)} of the processors
            first second      {Texts.Whole(measured.FirstSecond.Answered)} of {Texts.Whole(measured.FirstSecond.Requests)} answered, at half the capacity
            processor time    {Texts.Digits(score.TotalMilliseconds)} ms a score; under the overload {Texts.Digits(overload.TotalMilliseconds / served)}, so {Texts.Percent(score * served / overload)} of it went into what was served,
                              and {Texts.Digits((overload - (score * served)).TotalMicroseconds / measured.Refused)} us into a refusal
            memory            {Texts.Whole(uses[1].Memory >> 20)} MiB before, {Texts.Whole(uses[2].MostMemory >> 20)} at most, {Texts.Whole(uses[3].Memory >> 20)} after
            """);
    }
}
