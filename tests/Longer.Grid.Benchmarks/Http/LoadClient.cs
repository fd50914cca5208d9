using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Longer.Grid.Benchmarks;

/// <summary>The load generator in a process of its own, as callers are: its threads, its memory and its garbage are none of the grid's.</summary>
internal static class LoadClient
{
    /// <summary>How figures are written: a kind of request that none was of has no percentiles.</summary>
    public static JsonSerializerOptions Json { get; } = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IncludeFields = true };

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Runs a load from a child process and waits for its figures.</summary>
    /// <exception cref="InvalidOperationException">The child failed; it has said why on the error stream.</exception>
    public static async Task<LoadFigures> RunAsync(Uri gateway, LoadPlan plan, CancellationToken stop)
    {
        using var child = Start("http", gateway);
        try
        {
            await child.StandardInput.WriteLineAsync(JsonSerializer.Serialize(plan).AsMemory(), stop);
            var told = await child.StandardOutput.ReadToEndAsync(stop);
            await child.WaitForExitAsync(stop);
            return child.ExitCode == 0 ? JsonSerializer.Deserialize<LoadFigures>(told, Json)! : throw new InvalidOperationException($"The load generator ended with {child.ExitCode}.");
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }
    }

    /// <summary>Starts a command of this program as the caller of a gateway.</summary>
    public static Process Start(string command, Uri gateway)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(LoadClient).Assembly.Location);
        }

        start.ArgumentList.Add(command);
        start.ArgumentList.Add(HttpCommand.ClientOption);
        start.ArgumentList.Add(gateway.AbsoluteUri);
        return Process.Start(start)!;
    }

    /// <summary>Is that child: reads the plan, fills the grid, warms it, and writes what it measured.</summary>
    public static async Task ServeAsync(Uri gateway, CancellationToken stop)
    {
        var plan = JsonSerializer.Deserialize<LoadPlan>((await Console.In.ReadLineAsync(stop))!)!;
        using var load = new OpenLoopLoad(gateway, plan);
        await load.FillAsync(stop);
        await load.RunAsync(WarmUp, seed: 1, stop);
        Console.WriteLine(JsonSerializer.Serialize(await load.RunAsync(plan.Duration, seed: 2, stop), Json));
    }
}
