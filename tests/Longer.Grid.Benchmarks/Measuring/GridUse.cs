using System.Diagnostics;

namespace Longer.Grid.Benchmarks;

/// <summary>What this process, which is the grid, took during a part of a measurement.</summary>
/// <param name="Cpu">Processor time since its start.</param>
/// <param name="MostMemory">Most of its working set during the part.</param>
/// <param name="Memory">Its working set at the end.</param>
internal sealed record GridUse(TimeSpan Cpu, long MostMemory, long Memory)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks until the child, which calls the grid, says that a part has ended.</summary>
    /// <exception cref="InvalidOperationException">It ended in its midst; it has said why on the error stream.</exception>
    public static async Task<GridUse> UntilMarkAsync(Process child, string mark, CancellationToken stop)
    {
        var next = child.StandardOutput.ReadLineAsync(stop).AsTask();
        var most = 0L;
        using var timer = new PeriodicTimer(LookEvery, TimeProvider.System);
        while (!next.IsCompleted)
        {
            most = Math.Max(most, Environment.WorkingSet);
            await timer.WaitForNextTickAsync(stop);
        }

        return await next == mark ? new(Environment.CpuUsage.TotalTime, most, Environment.WorkingSet) : throw new InvalidOperationException("The load generator ended early.");
    }
}
