using System.CommandLine;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary><c>http</c>: a whole grid under an open-loop load.</summary>
internal static class HttpCommand
{
    /// <summary>Makes the process the load generator of another one.</summary>
    public const string ClientOption = "--client";

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("http");
        var rate = new Option<double>("--rate") { Description = "Requests a second", DefaultValueFactory = _ => 60 };
        var seconds = new Option<double>("--seconds") { Description = "How long", DefaultValueFactory = _ => 30 };
        var users = new Option<int>("--users") { Description = "Users, asked for by Zipf's law", DefaultValueFactory = _ => 200 };
        var events = new Option<int>("--events") { Description = "Events of each", DefaultValueFactory = _ => 10_000 };
        var candidates = new Option<int>("--candidates") { Description = "Candidates of a score", DefaultValueFactory = _ => 100 };
        var appends = new Option<double>("--appends") { Description = "Share of the requests that append", DefaultValueFactory = _ => 0.3 };
        var client = new Option<string>(ClientOption) { Hidden = true };
        var command = new Command("http", "Scores and appends over HTTP at a given rate, timed from when they should have been sent")
        {
            rate, seconds, users, events, candidates, appends, client,
        };
        shared.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            if (parsed.GetValue(client) is { } gateway)
            {
                return LoadClient.ServeAsync(new Uri(gateway), stop);
            }

            var options = shared.Of(parsed);
            var plan = new LoadPlan(
                parsed.GetValue(rate), TimeSpan.FromSeconds(options.Quick ? 5 : parsed.GetValue(seconds)), options.Quick ? 20 : parsed.GetValue(users),
                parsed.GetValue(events), parsed.GetValue(candidates), parsed.GetValue(appends));
            return RunAsync(options, plan, stop);
        });
        return command;
    }

    private static async Task RunAsync(BenchOptions options, LoadPlan plan, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("longer-bench-");
        try
        {
            await using var grid = await BenchGrid.StartAsync(folder, options, stop);
            var peak = Peak(options.Workers);
            var measured = await LoadClient.RunAsync(grid.Url, plan, stop);
            BenchReport.Print(
                $"http: {Texts.Digits(plan.Rate)} requests/s intended, {Texts.Digits(measured.AchievedRate)} achieved for {plan.Duration.TotalSeconds:F0} s; "
                + $"{Texts.Whole(plan.Users)} users of {Texts.Whole(plan.Events)} events, C = {plan.Candidates}, {measured.Failures} failed",
                ["ms from the intended send", "requests", "p50", "p90", "p99", "p99.9", "most"],
                measured.Latencies.Select(of => new[]
                {
                    of.What, Texts.Whole(of.Requests), Texts.Milliseconds(of.Median), Texts.Milliseconds(of.Percentile90), Texts.Milliseconds(of.Percentile99),
                    Texts.Milliseconds(of.Percentile999), Texts.Milliseconds(of.Most),
                }));
            BenchReport.Save(options, KvStorage.Full, peak, new { Plan = plan, Measured = measured });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>GFLOP/s of a caller, before the load.</summary>
    private static double Peak(int workers)
    {
        using var device = new DeviceProvider(new EngineOptions().Device);
        using var peak = new MatMulPeak(device, workers);
        var interleaved = new Interleaved(workers, rounds: 5, TimeSpan.FromMilliseconds(100));
        interleaved.Add("", peak.Run);
        return MatMulPeak.Flops / Spread.Of(interleaved.Run(_ => { })[""]).Median / 1e9;
    }
}
