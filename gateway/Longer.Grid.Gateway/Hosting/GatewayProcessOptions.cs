using System.Globalization;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>What a gateway that is a process of its own is given.</summary>
internal sealed record GatewayProcessOptions
{
    /// <summary>Says which cluster where the command line does not: a password is better off here.</summary>
    public const string ClusterVariable = "LONGER_GRID_CLUSTER";

    private const string Accepted = "--cluster CONNECTION, --cluster-id NAME, --http URL, --concurrent-scores N, --allow-unauthenticated true|false, each with its value";

    /// <summary>The PostgreSQL database of the cluster, as Npgsql takes it.</summary>
    public required string Cluster { get; init; }

    /// <summary>Names the cluster among those that use the database.</summary>
    public string ClusterId { get; init; } = GridCluster.DefaultId;

    /// <summary>Where it listens.</summary>
    public string Http { get; init; } = "http://127.0.0.1:5080";

    /// <summary>Scores that are under way at once; more are refused.</summary>
    public int ConcurrentScores { get; init; } = new GatewayOptions().ConcurrentScores;

    /// <summary>Whether anyone who reaches an address that is not loopback may use it.</summary>
    public bool AllowUnauthenticated { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ArgumentException">It names an option that there is not, or a value that is not accepted, or no cluster.</exception>
    public static GatewayProcessOptions Read(string[] args, string? clusterOfEnvironment)
    {
        var given = new ConfigurationBuilder().AddCommandLine(args).Build().AsEnumerable().ToDictionary(option => option.Key, option => option.Value ?? "", StringComparer.Ordinal);
        string[] known = ["cluster", "cluster-id", "http", "concurrent-scores", "allow-unauthenticated"];
        if (args.Any(arg => arg.StartsWith('-') && !known.Any(name => arg == $"--{name}" || arg.StartsWith($"--{name}=", StringComparison.Ordinal))) || given.Keys.Except(known).Any())
        {
            throw new ArgumentException($"{string.Join(' ', args)}: accepted are {Accepted}");
        }

        var options = new GatewayProcessOptions
        {
            Cluster = given.GetValueOrDefault("cluster", clusterOfEnvironment ?? ""),
            AllowUnauthenticated = given.TryGetValue("allow-unauthenticated", out var allow) && Bool(allow),
        };
        options = given.TryGetValue("http", out var http) ? options with { Http = Url(http) } : options;
        options = given.TryGetValue("concurrent-scores", out var scores) ? options with { ConcurrentScores = AtLeastOne(scores) } : options;
        options = given.TryGetValue("cluster-id", out var id) ? options with { ClusterId = id } : options;
        return options.Cluster.Length > 0
            ? options
            : throw new ArgumentException($"--cluster is missing: the PostgreSQL database of the cluster, here or as {ClusterVariable}");
    }

    private static int AtLeastOne(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1
            ? value
            : throw new ArgumentException($"--concurrent-scores {text}: accepted is a whole number from 1 on");

    private static bool Bool(string text) =>
        bool.TryParse(text, out var value) ? value : throw new ArgumentException($"--allow-unauthenticated {text}: accepted is true or false");

    private static string Url(string text) =>
        Uri.TryCreate(text.Replace("*", "localhost", StringComparison.Ordinal), UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/"
            ? text
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--http {text}: accepted is http://HOST:PORT, HOST being an IP address, localhost or *; port 0 takes a free one"));
}
