using System.Diagnostics;
using System.Text.Json;

namespace Longer.Grid.Benchmarks;

/// <summary>The callers of an overloaded grid, in a process of their own.</summary>
internal static class OverloadClient
{
    /// <summary>Written where one part of the measurement ends and the next begins: the capacity, the overload, the recovery, the capacity again, the end.</summary>
    public const string Mark = "next";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(1);

    /// <summary>Is that process: reads the plan, fills the grid, and writes what it measured as its last line.</summary>
    public static async Task ServeAsync(Uri gateway, CancellationToken stop)
    {
        var plan = JsonSerializer.Deserialize<OverloadPlan>((await Console.In.ReadLineAsync(stop))!)!;
        using var fill = new OpenLoopLoad(gateway, new LoadPlan(1, plan.Duration, plan.Users, plan.Events, plan.Candidates, Appends: 0));
        await fill.FillAsync(stop);
        using var storm = new ScoreStorm(gateway, Enumerable.Range(0, plan.Users).Select(fill.ScoreBody));
        var capacity = await storm.CapacityAsync(WarmUp);

        // What a refusal runs through is compiled before anything counts, as scores are.
        await Task.Run(() => storm.Send(plan.Times * capacity, WarmUp, seed: 1), stop);
        Console.WriteLine(Mark);
        var before = await storm.CapacityAsync(plan.CapacityDuration);
        Console.WriteLine(Mark);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var overload = await Task.Run(() => storm.Send(plan.Times * before, plan.Duration, seed: 2), stop);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine(Mark);
        var first = await Task.Run(() => storm.Send(before / 2, Recovery, seed: 3), stop);
        Console.WriteLine(Mark);
        var after = await storm.CapacityAsync(plan.CapacityDuration);
        Console.WriteLine(Mark);
        Console.WriteLine(JsonSerializer.Serialize(
            new OverloadFigures
            {
                CapacityBefore = before,
                CapacityAfter = after,
                Sent = overload.Requests / overload.Took.TotalSeconds,
                Goodput = overload.InTime / overload.Took.TotalSeconds,
                Duration = overload.Took.TotalSeconds,
                Refused = overload.Refused.TotalCount,
                Failed = overload.Failed,
                Served = OpenLoopLoad.Of("served", overload.Served),
                Refusals = OpenLoopLoad.Of("refused", overload.Refused),
                LateRefusals = overload.Refused.TotalCount == 0 ? 0 : overload.LateRefusals / (double)overload.Refused.TotalCount,
                GeneratorShare = cpu / overload.Took / Environment.ProcessorCount,
                FirstSecond = (first.Requests, first.Served.TotalCount),
                Recovered = OpenLoopLoad.Of("the first second after it", first.Served),
            },
            LoadClient.Json));
    }
}
