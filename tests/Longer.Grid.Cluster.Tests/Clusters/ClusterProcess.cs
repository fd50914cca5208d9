namespace Longer.Grid.Cluster.Tests;

/// <summary>One process of a cluster, with a caller of it where it answers HTTP.</summary>
internal sealed class ClusterProcess : IDisposable
{
    private static readonly string[] KvMemory = ["--kv-memory", "64MiB"];

    private readonly HttpClient? _http;

    private ClusterProcess(GridCommand command, string name, Uri? url)
    {
        (Command, Name) = (command, name);
        if (url is not null)
        {
            _http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
            Caller = new GridCaller(_http);
        }
    }

    public GridCommand Command { get; }

    /// <summary>Names it in the logs of a test.</summary>
    public string Name { get; }

    /// <summary>Where other silos reach it; <see langword="null"/> of a gateway that is no silo.</summary>
    public string? Silo { get; private init; }

    /// <summary>Asks its gateway.</summary>
    public GridCaller Caller { get => field ?? throw new InvalidOperationException($"{Name} answers no HTTP."); private set; }

    /// <summary>The HTTP client of <see cref="Caller"/>.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException($"{Name} answers no HTTP.");

    /// <summary>Whether it answers HTTP.</summary>
    public bool IsGateway => _http is not null;

    /// <summary>Starts a silo and waits until it is in the cluster.</summary>
    /// <param name="database">The cluster's.</param>
    /// <param name="name">Names it in the logs of a test.</param>
    /// <param name="roles">Its roles.</param>
    /// <param name="exchanged">What is exchanged in it, as the faulty silo's program takes it (<c>--without fence</c>); nothing, and it is the program that is shipped.</param>
    /// <param name="more">Further options of the command line.</param>
    public static async Task<ClusterProcess> StartSiloAsync(string database, string name, string roles, IReadOnlyList<string> exchanged, params string[] more)
    {
        var token = TestContext.Current.CancellationToken;
        var command = GridCommand.StartProgram(
            exchanged.Count > 0 ? "Longer.Grid.FaultySilo" : "longer-grid",
            [.. exchanged, "run", "--cluster", database, "--roles", roles, "--http", "http://127.0.0.1:0", .. more.Contains("--kv-memory") ? [] : KvMemory, .. more]);
        Uri? url = null;
        if (roles.Contains("gateway", StringComparison.Ordinal))
        {
            url = new Uri((await command.LineAsync("  address", token)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]);
        }

        var seat = await command.LineAsync("  cluster", token);
        await command.LineAsync("  model", token);
        return new(command, name, url) { Silo = seat.Split("silo ")[1].Split(',')[0] };
    }

    /// <summary>Starts a gateway that is no silo, and waits until it answers.</summary>
    public static async Task<ClusterProcess> StartGatewayAsync(string database, string name)
    {
        var command = GridCommand.StartProgram("Longer.Grid.Gateway", "--cluster", database, "--http", "http://127.0.0.1:0");
        var address = await command.LineAsync("  address", TestContext.Current.CancellationToken);
        return new(command, name, new Uri(address.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]));
    }

    /// <summary>Users that are on this silo, of whom there was nothing before.</summary>
    public async Task<List<string>> NewUsersAsync(int count, ClusterProcess by)
    {
        var name = await by.Caller.SiloNameAsync(Silo!);
        var users = new List<string>();
        for (var i = 0; users.Count < count; i++)
        {
            var user = $"of {name} {i}";
            if (await by.Caller.SiloOfAsync(user) == name)
            {
                users.Add(user);
            }
        }

        return users;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Command.Dispose();
        _http?.Dispose();
    }
}
