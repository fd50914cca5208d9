using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A <c>longer-grid run</c> on a free port, and a caller of it.</summary>
internal sealed class RunningGrid : IDisposable
{
    private RunningGrid(GridCommand command, Uri url)
    {
        Command = command;
        Http = new HttpClient { BaseAddress = url };
        Caller = new GridCaller(Http);
    }

    /// <summary>The process.</summary>
    public GridCommand Command { get; }

    /// <summary>Calls its gateway.</summary>
    public HttpClient Http { get; }

    /// <summary>What a caller of it asks.</summary>
    public GridCaller Caller { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url => Http.BaseAddress!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a grid and waits until it says that it serves.</summary>
    public static Task<RunningGrid> StartAsync(string data, params string[] more) => StartWithoutAsync(null, data, more);

    /// <summary>Starts a grid that lacks a mechanism, as the faulty silo's program knows it; with none named, it lacks none.</summary>
    public static async Task<RunningGrid> StartWithoutAsync(string? mechanism, string data, params string[] more)
    {
        var command = GridCommand.StartProgram(
            mechanism is null ? "longer-grid" : "Longer.Grid.FaultySilo",
            [.. mechanism is null ? Array.Empty<string>() : ["--without", mechanism], "run", "--data", data, "--http", "http://127.0.0.1:0", "--kv-memory", "64MiB", .. more]);
        var address = await command.LineAsync("  address", Token);
        await command.LineAsync("  model", Token);
        return new(command, new Uri(address.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]));
    }

    /// <summary>Stops it as a service manager does.</summary>
    public async Task StopAsync()
    {
        Command.Terminate();
        (await Command.EndAsync()).ShouldExitWith(0);
    }

    /// <inheritdoc cref="GridCaller.AppendAsync"/>
    public Task<int> AppendAsync(string userId, IEnumerable<OracleEvent> events, CancellationToken cancellationToken) => Caller.AppendAsync(userId, events, cancellationToken);

    /// <inheritdoc cref="GridCaller.HistoryAsync"/>
    public Task<List<OracleEvent>> HistoryAsync(string userId) => Caller.HistoryAsync(userId);

    /// <inheritdoc cref="GridCaller.LogitsAsync"/>
    public Task<List<double>> LogitsAsync(string userId, IEnumerable<OracleCandidate> candidates, long atMs) => Caller.LogitsAsync(userId, candidates, atMs);

    /// <inheritdoc/>
    public void Dispose()
    {
        Command.Dispose();
        Http.Dispose();
    }
}
