using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Longer.Grid.Silo;

namespace Longer.Grid.Benchmarks;

/// <summary>The callers of a grid, and who pushes models to it, in a process of their own.</summary>
internal static class PushClient
{
    /// <summary>Written where one part of the measurement ends and the next begins: the quiet load, each push, the quiet load again.</summary>
    public const string Mark = "next";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Is that process: reads the plan, fills the grid, and writes what it measured as its last line.</summary>
    public static async Task ServeAsync(Uri gateway, CancellationToken stop)
    {
        var plan = JsonSerializer.Deserialize<PushPlan>((await Console.In.ReadLineAsync(stop))!)!;
        var capacity = await FilledCapacityAsync(gateway, plan, stop);
        using var load = new OpenLoopLoad(gateway, new LoadPlan(plan.Load * capacity, plan.Quiet, plan.Users, plan.Events, plan.Candidates, PushPlan.Appends));
        await load.RunAsync(WarmUp, seed: 1, stop);
        Console.WriteLine(Mark);
        var before = await load.RunAsync(plan.Quiet, seed: 2, stop);
        Console.WriteLine(Mark);
        var pushes = new List<Pushed>();
        foreach (var model in plan.Models)
        {
            var pushing = Task.Run(() => PushAsync(gateway, model, stop), stop);
            var met = await load.RunAsync(Forever, seed: 3 + pushes.Count, stop, until: pushing);
            var (upload, activate, reencode) = await pushing;
            pushes.Add(new(upload.TotalSeconds, activate.TotalSeconds, reencode.TotalSeconds, met));
            Console.WriteLine(Mark);
        }

        var after = await load.RunAsync(plan.Quiet, seed: 2, stop);
        Console.WriteLine(Mark);
        Console.WriteLine(JsonSerializer.Serialize(new PushFigures(capacity, before, pushes, after), LoadClient.Json));
    }

    private static async Task<double> FilledCapacityAsync(Uri gateway, PushPlan plan, CancellationToken stop)
    {
        using var fill = new OpenLoopLoad(gateway, new LoadPlan(1, plan.Quiet, plan.Users, plan.Events, plan.Candidates, Appends: 0));
        await fill.FillAsync(stop);
        using var storm = new ScoreStorm(gateway, Enumerable.Range(0, plan.Users).Select(fill.ScoreBody));
        await storm.CapacityAsync(WarmUp);
        return await storm.CapacityAsync(plan.CapacityDuration);
    }

    private static async Task<(TimeSpan Upload, TimeSpan Activate, TimeSpan Reencode)> PushAsync(Uri gateway, string model, CancellationToken stop)
    {
        using var grid = new GridClient(gateway);
        using var http = new HttpClient { BaseAddress = gateway };
        var started = Stopwatch.GetTimestamp();
        var (version, _) = await grid.PublishAsync(new ModelFolder(new DirectoryInfo(model)), _ => { }, stop);
        var upload = Stopwatch.GetElapsedTime(started);
        while (await grid.ActivateAsync(version, stop) != "active")
        {
            await Task.Delay(Look, stop);
        }

        var active = Stopwatch.GetElapsedTime(started);
        while (await IsUnderWayAsync())
        {
            await Task.Delay(Look, stop);
        }

        return (upload, active - upload, Stopwatch.GetElapsedTime(started) - active);

        async Task<bool> IsUnderWayAsync() =>
            JsonNode.Parse(await http.GetStringAsync("v1/models", stop))!["models"]!.AsArray().Any(listed => listed!["rollout"] is not null);
    }
}
