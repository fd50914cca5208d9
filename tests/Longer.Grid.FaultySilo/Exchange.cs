using Longer.Grid.Grains;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using GatewayOptions = Longer.Grid.Gateway.GatewayOptions;

namespace Longer.Grid.FaultySilo;

/// <summary>The steps of a serving process that a test can have exchanged: one mechanism that is left out, or a pause that lets the test act at a moment.</summary>
internal static class Exchange
{
    /// <summary>By the argument that says in what way, and by name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, Action<IServiceCollection>>> All { get; } =
        new Dictionary<string, IReadOnlyDictionary<string, Action<IServiceCollection>>>(StringComparer.Ordinal)
        {
            ["--without"] = new Dictionary<string, Action<IServiceCollection>>(StringComparer.Ordinal)
            {
                ["fence"] = services => services.ExchangeStore(store => new UnfencedStore(store)),
                ["answer-after-commit"] = services => services.ExchangeStore(store => new EarlyStore(store)),
                ["repeat-check"] = services => services.AddSingleton<EventRepeats, EveryEvent>(),
                ["gateway-retry"] = services => services.ExchangeGateway(gateway => gateway with { MovingTimeout = TimeSpan.Zero, TryTimeout = TimeSpan.FromMinutes(1) }),
                ["pool-bounds"] = services => services.ExchangeUploads(),
                ["admission"] = services =>
                {
                    services.ExchangeDevice();
                    services.ExchangeGateway(gateway => gateway with { ConcurrentScores = int.MaxValue });
                },
                ["deadlines"] = services => services.AddSingleton<IStartupFilter, NoDeadlines>(),
                ["checksums"] = services => services.ExchangeStore(store => new ResealingStore(store)),
                ["version-check"] = services => services.AddSingleton<ModelVersionCheck, AnyVersion>(),
                ["end-of-stalled-writers"] = services => services.ExchangeDialect(new PatientDialect()),
                ["rebalance"] = services => services.Remove(services.Single(service => service.ImplementationType == typeof(UserRebalancer))),
                ["drain"] = services => services.Remove(services.Single(service => service.ServiceType == typeof(IUserDrain))),
                ["reencoding"] = services => services.AddSingleton<UserReencoding, NoReencoding>(),
                ["reads-beside-writes"] = services => services.AddSingleton<IIncomingGrainCallFilter, OneCallAtATime>(),
                ["patient-probes"] = services => services.PostConfigure<ClusterMembershipOptions>(Hurry),
            },
            ["--with"] = new Dictionary<string, Action<IServiceCollection>>(StringComparer.Ordinal)
            {
                ["pause-before-answer"] = services =>
                {
                    services.ExchangeStore(store => new PausingStore(store));
                    services.ExchangeGateway(gateway => gateway with { WriteTimeout = TimeSpan.FromMinutes(1) });
                },
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

    /// <summary>Has the store speak to its database in another way.</summary>
    private static void ExchangeDialect(this IServiceCollection services, SqlDialect dialect)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(ServingOptions)) is { ImplementationInstance: ServingOptions options })
        {
            services.AddSingleton<IBehaviorStore>(provider =>
                new BehaviorStore(options.Database with { Dialect = dialect }, options.UnsafeDurability, provider.GetRequiredService<TimeProvider>()));
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

    /// <summary>A silo that does not answer at once is suspected.</summary>
    private static void Hurry(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromMilliseconds(20);
        membership.MinProbeTimeout = membership.ProbeTimeout;
        membership.MaxProbeTimeout = membership.ProbeTimeout;
        membership.NumMissedProbesLimit = 1;
    }
}
