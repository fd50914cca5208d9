using System.Runtime.InteropServices;

namespace Longer.Grid.Benchmarks;

/// <summary>Waits for parts of a millisecond without keeping a processor busy, which the grid under load needs.</summary>
internal static partial class FineSleep
{
    /// <summary>Sleeps about so long; where the system knows only milliseconds, up to one more.</summary>
    public static void For(TimeSpan time)
    {
        if (!OperatingSystem.IsLinux())
        {
            Thread.Sleep((int)Math.Ceiling(time.TotalMilliseconds));
            return;
        }

        // It takes less than a second. One that a signal wakes early is called again.
        _ = Microseconds((uint)Math.Clamp(time.TotalMicroseconds, 1, 900_000));
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Microseconds(uint time);
}
