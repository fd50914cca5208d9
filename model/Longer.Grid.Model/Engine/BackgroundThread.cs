using System.Runtime.InteropServices;

namespace Longer.Grid.Model;

/// <summary>Threads that take the time which nobody else wants.</summary>
public static partial class BackgroundThread
{
    /// <summary>A third of what others get who want the same processor; not less, since it may hold a lock that they wait for.</summary>
    private const int Nice = 5;

    private const int ThisThread = 0;

    /// <summary>Has the calling thread step back for all others, for good. .NET's own priorities do nothing on Linux.</summary>
    public static void StepBack()
    {
        if (OperatingSystem.IsLinux())
        {
            // Lowering one's own priority is always allowed; if not, the work is done all the same.
            _ = SetPriority(ThisThread, ThisThread, Nice);
        }
    }

    /// <summary>Runs work on a thread of its own that steps back.</summary>
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            StepBack();
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // Whoever waits for it hears of it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        }) { IsBackground = true, Name = "background work" }.Start();
        return done.Task;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
