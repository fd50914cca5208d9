using System.CommandLine;
using System.Text.Json;
using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary><c>push</c>: models that become active while a whole grid is asked for scores and appends, and what callers notice of it.</summary>
internal static class PushCommand
{
    /// <summary>Room for the users, and for those who are encoded anew.</summary>
    private const long BytesOfUser = 3 << 20;

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("push");
        var users = new Option<int>("--users") { Description = "Resident users", DefaultValueFactory = _ => 2_000 };
        var events = new Option<int>("--events") { Description = "Events of each", DefaultValueFactory = _ => 2_000 };
        var candidates = new Option<int>("--candidates") { Description = "Candidates of a score", DefaultValueFactory = _ => 100 };
        var load = new Option<double>("--load") { Description = "The load, as a share of the capacity", DefaultValueFactory = _ => 0.3 };
        var seconds = new Option<double>("--seconds") { Description = "How long it is measured before and after", DefaultValueFactory = _ => 60 };
        var pushes = new Option<int>("--pushes") { Description = "Models, one after another", DefaultValueFactory = _ => 1 };
        var share = new Option<double>("--share") { Description = "Part of a background thread's time that states are computed anew in", DefaultValueFactory = _ => ServingOptions.DefaultReencodingShare };
        var client = new Option<string>(HttpCommand.ClientOption) { Hidden = true };
        var command = new Command("push", "Pushes of models under a steady load: what callers notice of them") { users, events, candidates, load, seconds, pushes, share, client };
        shared.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            if (parsed.GetValue(client) is { } gateway)
            {
                return PushClient.ServeAsync(new Uri(gateway), stop);
            }

            var options = shared.Of(parsed);
            var plan = new PushPlan(
                options.Quick ? 50 : parsed.GetValue(users), parsed.GetValue(events), parsed.GetValue(candidates), parsed.GetValue(load),
                TimeSpan.FromSeconds(options.Quick ? 5 : parsed.GetValue(seconds)), []);
            return RunAsync(options, plan, parsed.GetValue(pushes), parsed.GetValue(share), stop);
        });
        return command;
    }

    private static async Task RunAsync(BenchOptions options, PushPlan plan, int pushes, double share, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("longer-bench-");
        try
        {
            plan = plan with { Models = [.. Enumerable.Range(2, pushes).Select(seed => Model(folder, seed))] };
            await using var grid = await BenchGrid.StartAsync(folder, options, stop, plan.Users * BytesOfUser, share);
            using var child = LoadClient.Start("push", grid.Url);
            await child.StandardInput.WriteLineAsync(JsonSerializer.Serialize(plan).AsMemory(), stop);
            await GridUse.UntilMarkAsync(child, PushClient.Mark, stop);
            List<GridUse> uses = [];
            for (var part = 0; part < pushes + 2; part++)
            {
                uses.Add(await GridUse.UntilMarkAsync(child, PushClient.Mark, stop));
            }

            var measured = JsonSerializer.Deserialize<PushFigures>((await child.StandardOutput.ReadLineAsync(stop))!, LoadClient.Json)!;
            Print(plan, measured, uses);
            BenchReport.Save(options, KvStorage.Full, null, new { Plan = plan, Measured = measured, Grid = uses });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Model(DirectoryInfo folder, int seed)
    {
        var (config, model) = (BenchModel.Config(), folder.CreateSubdirectory($"model {seed}"));
        ModelPackage.Save(model.FullName, config, BenchModel.Weights(config, seed));
        return model.FullName;
    }

    private static void Print(PushPlan plan, PushFigures measured, List<GridUse> uses)
    {
        List<(string Part, LoadFigures Met)> parts = [("before", measured.Before), .. measured.Pushes.Select((push, i) => ($"push {i + 1}", push.Load)), ("after", measured.After)];
        var before = Scores(measured.Before).Percentile99;
        BenchReport.Print(
            $"push: {plan.Load} of the capacity of {Texts.Digits(measured.Capacity)} scores/s; {Texts.Whole(plan.Users)} resident users of {Texts.Whole(plan.Events)} events, C = {plan.Candidates}",
            ["scores, ms from the intended send", "scores", "p50", "p90", "p99", "p99.9", "most", "p99 / before", "cold", "requests failed", "MiB at most"],
            parts.Zip(uses, (part, use) => new[]
            {
                part.Part, Texts.Whole(Scores(part.Met).Requests), Texts.Milliseconds(Scores(part.Met).Median), Texts.Milliseconds(Scores(part.Met).Percentile90),
                Texts.Milliseconds(Scores(part.Met).Percentile99), Texts.Milliseconds(Scores(part.Met).Percentile999), Texts.Milliseconds(Scores(part.Met).Most),
                Texts.Digits(Scores(part.Met).Percentile99 / before), Texts.Whole(part.Met.Cold), Texts.Whole(part.Met.Failures), Texts.Whole(use.MostMemory >> 20),
            }));
        foreach (var (push, i) in measured.Pushes.Select((push, i) => (push, i + 1)))
        {
            Console.WriteLine($"push {i}: uploaded in {Texts.Digits(push.UploadSeconds)} s, active {Texts.Digits(push.ActivateSeconds)} s later, all users encoded anew {Texts.Digits(push.ReencodeSeconds)} s after that");
        }
    }

    private static Latencies Scores(LoadFigures met) => met.Latencies.First(of => of.What == "score");
}
