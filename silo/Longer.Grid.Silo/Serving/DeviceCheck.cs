using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>Finds out before anything is opened whether models can run on a device.</summary>
internal static class DeviceCheck
{
    /// <summary>Opens and closes a device. The processor is always there.</summary>
    /// <exception cref="CommandException">The device cannot be opened.</exception>
    public static void Require(string device)
    {
        if (device == "cpu")
        {
            return;
        }

        try
        {
            new InferenceDevice(new EngineOptions { Device = device, Workers = 1 }, TimeProvider.System).Dispose();
        }
#pragma warning disable CA1031 // A missing build, driver, library or card: each fails in a way of its own.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new CommandException(
                $"--device {device}: cannot be used: {e.GetBaseException().Message} (a build for CUDA is made with -p:LongerDevice=cuda)".ReplaceLineEndings(" "), e);
        }
    }
}
