using System.Net;
using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>The one silo of an embedded grid.</summary>
internal static class SiloSetup
{
    /// <summary>Makes a silo that is a cluster by itself, reachable from this process alone.</summary>
    public static void UseLongerSilo(this ISiloBuilder silo, GridHostOptions options)
    {
        // Its own port, so that several grids run on one machine; no port for outside clients, of which there are none.
        var port = FreePort.OnLoopback();
        silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, port), "longer-grid", "longer-grid");
        try
        {
            silo.AddLongerServing(ServingOptions.Embedded(options.Data.Path) with
            {
                UnsafeDurability = options.UnsafeDurability,
                Engine = new EngineOptions { Device = options.Device, KvBudgetBytes = options.KvBudgetBytes, KvStorage = options.KvStorage }.With(options.Workers),
            });
        }
        catch (StoreUnavailableException e)
        {
            throw new CommandException($"--data {options.Data.Path}: {e.Message}", e);
        }
    }

    private static EngineOptions With(this EngineOptions engine, int? workers) => workers is { } count ? engine with { Workers = count } : engine;
}
