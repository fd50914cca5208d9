using System.Net;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Orleans.Configuration;

namespace Longer.Grid.Silo;

/// <summary>The silo of a process.</summary>
internal static class SiloSetup
{
    /// <summary>Makes the silo of a cluster, or one that is a cluster by itself and reachable from this process alone.</summary>
    /// <exception cref="CommandException">The store cannot be used.</exception>
    public static void UseLongerSilo(this ISiloBuilder silo, GridHostOptions options)
    {
        var engine = new EngineOptions { Device = options.Device, KvBudgetBytes = options.KvBudgetBytes, KvStorage = options.KvStorage }.With(options.Workers);
        if (options.Cluster is { } seat)
        {
            silo.UseLongerCluster(seat);
            if (seat.Roles.HasFlag(SiloRole.Serve))
            {
                UseStore(() => silo.AddLongerServing(With(new ServingOptions { Database = seat.Database, OtherRoles = seat.Roles })), "--cluster");
            }
            else
            {
                // Nothing of such a silo opens the store, and what Orleans says of a database that it cannot use is no help.
                UseStore(() => GridSchema.Require(seat.Database), "--cluster");
                silo.AddLongerMember(new SiloFacts(seat.Roles, KvBudgetBytes: 0));
                if (options.Training is not null)
                {
                    silo.Services.AddModelStore(seat.Database);
                }
            }

            return;
        }

        // Its own port, so that several grids run on one machine; no port for outside clients, of which there are none.
        var port = FreePort.OnLoopback();
        silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, port), GridCluster.DefaultId, GridCluster.DefaultId);
        var folder = options.Data!.Path;
        var trains = options.Training is null ? SiloRole.None : SiloRole.Train;
        UseStore(() => silo.AddLongerServing(With(ServingOptions.Embedded(folder) with { OtherRoles = trains })), $"--data {folder}");
        if (options.EndsTraining)
        {
            UseStore(() => TrainingStore.End(options.Database), $"--data {folder}");
        }

        ServingOptions With(ServingOptions serving) => serving with
        {
            UnsafeDurability = options.UnsafeDurability, Retention = options.Retention, OutcomeRetention = options.OutcomeRetention, Engine = engine,
            Guard = options.Guard,
            ReencodingShare = options.ReencodingShare,
        };
    }

    private static void UseLongerCluster(this ISiloBuilder silo, ClusterSeat seat)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (seat.ClusterId, seat.ClusterId));
        silo.ConfigureEndpoints(seat.Silo.Address, seat.Silo.Port, seat.ClientPort);
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (seat.Database.Dialect.OrleansInvariant, seat.Database.ForOrleans()));
        silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = (seat.Database.Dialect.OrleansInvariant, seat.Database.ForOrleans()));

        // A silo that is gone is declared dead in about 4 s, within the 10 s that callers see errors at most; one that is only busy answers
        // a probe within that, or some other silo reaches it.
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(1);
            membership.MinProbeTimeout = TimeSpan.FromSeconds(1);
            membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 3;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });

        // Hands its entries on when a silo leaves; the classic one forgets a leaving silo's share of them, and ends the users they name.
#pragma warning disable ORLEANSEXP003 // Marked as experimental; the fault tests hold what is asked of it here.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003

        // Two activations of one user harm nobody: the store's epochs fence the older one. So no grain waits for a lease after a crash.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
    }

    /// <summary>Does what needs the store, and names the option that says where it is if it cannot be used.</summary>
    private static void UseStore(Action use, string where)
    {
        try
        {
            use();
        }
        catch (StoreUnavailableException e)
        {
            throw new CommandException($"{where}: {e.Message}", e);
        }
    }

    private static EngineOptions With(this EngineOptions engine, int? workers) => workers is { } count ? engine with { Workers = count } : engine;
}
