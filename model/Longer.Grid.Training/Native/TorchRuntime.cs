using TorchSharp;

namespace Longer.Grid.Training;

/// <summary>Loads libtorch. Everything in this project that touches <c>torch</c> calls it first; commands that do not train never pay for it.</summary>
/// <remarks>
/// libtorch works on one thread for each caller. The number of its threads is one for the process, and matrices are split by it: were one
/// caller to change it, another's sums would be added in another order. <see cref="TrainingThreads"/> use the cores instead.
/// </remarks>
public static class TorchRuntime
{
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Mends and loads the native library on the first call, 0.2 s or so; does nothing on later ones.</summary>
    /// <exception cref="NativeLibraryException">The native library cannot be loaded; the message says what to do.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        TorchLibraryMend.Apply();
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
