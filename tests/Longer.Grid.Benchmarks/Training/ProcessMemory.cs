using System.Globalization;

namespace Longer.Grid.Benchmarks;

/// <summary>Physical memory of this process, as Linux counts it.</summary>
internal static class ProcessMemory
{
    /// <summary>What it has now, in bytes.</summary>
    public static long Now => Of("VmRSS:");

    /// <summary>The most that it had since it started or since <see cref="ForgetPeak"/>.</summary>
    public static long Peak => Of("VmHWM:");

    /// <summary>Lets <see cref="Peak"/> begin anew.</summary>
    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Of(string field) =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10;
}
