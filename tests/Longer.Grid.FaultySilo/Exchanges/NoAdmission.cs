using Longer.Grid.Grains;
using Longer.Grid.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.FaultySilo;

/// <summary>A device whose queue takes whatever comes.</summary>
internal static class NoAdmission
{
    private const int Endless = 1_000_000;

    /// <summary>Puts such a device in the place of a serving silo's.</summary>
    public static void ExchangeDevice(this IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(ServingOptions)) is { ImplementationInstance: ServingOptions { Engine: var engine } })
        {
            services.AddSingleton(provider =>
                new InferenceDevice(engine with { QueueLimit = Endless, LongestWait = TimeSpan.MaxValue }, provider.GetRequiredService<TimeProvider>()));
        }
    }
}
