using Longer.Grid.Grains;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using GatewayOptions = Longer.Grid.Gateway.GatewayOptions;

namespace Longer.Grid.FaultySilo;

/// <summary>The steps of a serving process that a test can have exchanged, one in a process.</summary>
internal static class Exchange
{
    /// <summary>By the first argument, which says in what way, and by name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, Action<IServiceCollection>>> All { get; } =
        new Dictionary<string, IReadOnlyDictionary<string, Action<IServiceCollection>>>(StringComparer.Ordinal)
        {
            ["--without"] = new Dictionary<string, Action<IServiceCollection>>(StringComparer.Ordinal)
            {
                ["fence"] = services => services.ExchangeStore(store => new UnfencedStore(store)),
                ["answer-after-commit"] = services => services.ExchangeStore(store => new EarlyStore(store)),
                ["repeat-check"] = services => services.AddSingleton<EventRepeats, EveryEvent>(),
                ["move-before-end"] = services => services.AddSingleton<IUserDrain, StayingUsers>(),
                ["probe-settings"] = services => services.PostConfigure<ClusterMembershipOptions>(SetBack),
                ["gateway-retry"] = services => services.ExchangeGateway(gateway => gateway with { MovingTimeout = TimeSpan.Zero, TryTimeout = TimeSpan.FromMinutes(1) }),
                ["admission"] = services =>
                {
                    services.ExchangeDevice();
                    services.ExchangeGateway(gateway => gateway with { ConcurrentScores = int.MaxValue });
                },
                ["deadlines"] = services => services.AddSingleton<IStartupFilter, NoDeadlines>(),
                ["checksums"] = services => services.ExchangeStore(store => new ResealingStore(store)),
                ["version-check"] = services => services.AddSingleton<ModelVersionCheck, AnyVersion>(),
                ["reads-beside-writes"] = services => services.AddSingleton<IIncomingGrainCallFilter, OneCallAtATime>(),
            },
        };

    /// <summary>Stands a store before the real one. A gateway has none.</summary>
    private static void ExchangeStore(this IServiceCollection services, Func<IBehaviorStore, IBehaviorStore> around)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(IBehaviorStore)) is { ImplementationFactory: { } real })
        {
            services.AddSingleton(provider => around((IBehaviorStore)real(provider)));
        }
    }

    /// <summary>Gives the gateway other options. A silo that only serves has none.</summary>
    private static void ExchangeGateway(this IServiceCollection services, Func<GatewayOptions, GatewayOptions> other)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(GatewayOptions)) is { ImplementationInstance: GatewayOptions options })
        {
            services.AddSingleton(other(options));
        }
    }

    private static void SetBack(ClusterMembershipOptions membership)
    {
        var orleans = new ClusterMembershipOptions();
        membership.ProbeTimeout = orleans.ProbeTimeout;
        membership.MinProbeTimeout = orleans.MinProbeTimeout;
        membership.MaxProbeTimeout = orleans.MaxProbeTimeout;
        membership.NumMissedProbesLimit = orleans.NumMissedProbesLimit;
        membership.TableRefreshTimeout = orleans.TableRefreshTimeout;
        membership.IAmAliveTablePublishTimeout = orleans.IAmAliveTablePublishTimeout;
    }
}
