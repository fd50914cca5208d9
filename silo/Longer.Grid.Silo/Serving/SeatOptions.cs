using System.CommandLine;
using System.Net;
using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary>The options of a process that is part of a cluster.</summary>
internal sealed class SeatOptions
{
#if LONGER_TRAINING
    private const string AcceptedRoles = "serve, gateway and train, or some of them, with commas between";
#else
    private const string AcceptedRoles = "serve and gateway, or one of them, with a comma between; this is the serving build, which cannot train";
#endif

    /// <summary>The cluster's database.</summary>
    public Option<string> Cluster { get; } = SharedOptions.Cluster();

    /// <summary>What the process is there for.</summary>
    public Option<SiloRole> Roles { get; } = SharedOptions.Parsed<SiloRole>(
        new("--roles") { Description = "What the process is there for in a cluster: serve (holds users and scores), gateway (answers HTTP), train", HelpName = "ROLES" },
        "serve,gateway",
        TryRoles,
        AcceptedRoles);

    /// <summary>Names the cluster.</summary>
    public Option<string> ClusterId { get; } = new("--cluster-id")
    {
        Description = "Names the cluster among those that use the database", HelpName = "NAME", DefaultValueFactory = _ => GridCluster.DefaultId,
    };

    /// <summary>Where other silos reach this one.</summary>
    public Option<IPEndPoint> Silo { get; } = SharedOptions.Parsed<IPEndPoint>(
        new("--silo") { Description = "Where the other silos reach this one; port 0 takes a free one", HelpName = "IP:PORT" },
        "127.0.0.1:0",
        IPEndPoint.TryParse!,
        "an IP address and a port, such as 10.0.0.7:11111");

    /// <summary>Where gateways that are no silos reach this one.</summary>
    public Option<int> ClientPort { get; } = SharedOptions.Number("--client-port", "Port at the same address for gateways that are processes of their own; 0 takes a free one", 0, 0, IPEndPoint.MaxPort);

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Cluster, Roles, ClusterId, Silo, ClientPort })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The seat that a command line asks for; <see langword="null"/> without a cluster.</summary>
    public ClusterSeat? Of(ParseResult parsed)
    {
        if (SharedOptions.DatabaseOf(parsed, Cluster) is not { } database)
        {
            return null;
        }

        var silo = parsed.GetRequiredValue(Silo);
        return new ClusterSeat
        {
            Database = database,
            ClusterId = parsed.GetRequiredValue(ClusterId),
            Roles = parsed.GetValue(Roles),
            Silo = silo.Port == 0 ? new IPEndPoint(silo.Address, FreePort.OnLoopback()) : silo,
            ClientPort = parsed.GetValue(ClientPort) is > 0 and var port ? port : FreePort.OnLoopback(),
        };
    }

#if LONGER_TRAINING
    private const SiloRole Trains = SiloRole.Train;
#else
    private const SiloRole Trains = SiloRole.None;
#endif

    private static bool TryRoles(string text, out SiloRole roles)
    {
        roles = SiloRole.None;
        foreach (var name in text.Split(','))
        {
            var role = name switch { "serve" => SiloRole.Serve, "gateway" => SiloRole.Gateway, "train" => Trains, _ => SiloRole.None };
            if (role == SiloRole.None || roles.HasFlag(role))
            {
                return false;
            }

            roles |= role;
        }

        return true;
    }
}
