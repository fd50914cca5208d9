using System.Runtime.InteropServices;
using TorchSharp;

namespace Longer.Grid.Training;

/// <summary>Loads libtorch. Everything in this project that touches <c>torch</c> calls it first; commands that do not train never pay for it.</summary>
/// <remarks>
/// libtorch works on one thread for each caller: matrices are split by the number of its threads, and a sum that is split is added in another
/// order. <see cref="TrainingThreads"/> use the cores instead.
/// </remarks>
public static partial class TorchRuntime
{
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Mends and loads the native library on the first call, 0.2 s or so; does nothing on later ones.</summary>
    /// <exception cref="NativeLibraryException">The native library cannot be loaded; the message says what to do.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    // libtorch's own setting is one for each thread, and a new thread learns it only by some of its operations: until then its products are
    // split. Its libraries read the environment once, as they are loaded; what .NET keeps of the environment they do not see.
    private static void LimitThreads()
    {
        if (OperatingSystem.IsLinux())
        {
            foreach (var variable in new[] { "OMP_NUM_THREADS", "MKL_NUM_THREADS" })
            {
                _ = SetEnvironment(variable, "1", overwrite: 1);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private static bool Load()
    {
        TorchLibraryMend.Apply();
        LimitThreads();
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            torch.set_num_threads(1);
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            throw new NativeLibraryException(
                $"libtorch cannot be loaded from {AppContext.BaseDirectory}: {e.GetBaseException().Message} On Linux, `ldd libLibTorchSharp.so` in that folder names what is missing.", e);
        }

        return true;
    }
}
