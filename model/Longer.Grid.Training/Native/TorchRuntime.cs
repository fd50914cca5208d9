using TorchSharp;

namespace Longer.Grid.Training;

/// <summary>Loads libtorch. Everything in this project that touches <c>torch</c> calls it first; commands that do not train never pay for it.</summary>
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
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            throw new NativeLibraryException(
                $"libtorch cannot be loaded from {AppContext.BaseDirectory}: {e.GetBaseException().Message} On Linux, `ldd libLibTorchSharp.so` in that folder names what is missing.", e);
        }

        return true;
    }
}
