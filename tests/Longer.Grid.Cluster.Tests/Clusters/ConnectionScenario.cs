using System.Net.Http.Headers;
using Longer.Grid.Grains;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A storm in which whoever needs the database waits for it with a connection in its hands.</summary>
internal static class ConnectionScenario
{
    public const int Silos = 3;

    /// <summary>All of them, and a gateway that is no silo.</summary>
    public const int Processes = Silos + 1;

    private const int Seed = 37;
    private const int Uploads = 24;
    private const int ColdUsers = 48;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs it.</summary>
    /// <param name="without">A mechanism that no silo has.</param>
    public static async Task<ConnectionVerdict> RunAsync(string? without = null)
    {
        await using var cluster = await RunningCluster.StartAsync(Silos, Seed, without: without);
        await cluster.AddGatewayAsync();
        using var folder = new TemporaryFolder();
        ModelFiles.Write(folder["model"], Seed + 1);
        await using var load = new ClusterLoad(cluster, users: 24, Seed);
        await load.MoreAsync(100);
        await using var watching = await OpenAsync(cluster);
        await using var holding = await OpenAsync(cluster);

        // Whoever needs these tables waits: it would be one connection each.
        await using var locks = await holding.BeginTransactionAsync(Token);
        await RunAsync(holding, "LOCK TABLE user_head, model_upload IN ACCESS EXCLUSIVE MODE");
        List<Task> storm =
        [
            .. Enumerable.Range(0, Uploads).Select(i => UploadAsync(cluster.Processes[i % cluster.Processes.Count], folder["model"])),
            .. Enumerable.Range(0, ColdUsers).Select(i => cluster.Processes[i % cluster.Processes.Count].Http.GetAsync($"v1/users/cold-{i}", Token)),
        ];
        var most = new ConnectionVerdict(new Dictionary<string, int>());
        while (most.Of("behaviors") < Silos * GridConnections.Behaviors || most.Of("uploads") < Processes * GridConnections.Uploads)
        {
            await LookAsync(watching, most);
        }

        // As many as there could be have come: and no more do.
        for (var end = load.Log.Now + Watched; load.Log.Now < end;)
        {
            await LookAsync(watching, most);
        }

        await locks.RollbackAsync(Token);
        for (var all = Task.WhenAll(storm); !all.IsCompleted;)
        {
            await LookAsync(watching, most);
        }

        await load.MoreAsync(100);
        await load.StopAsync();
        return (most with { Kept = await load.JudgeAsync(cluster.Processes[^1]) }).Told();
    }

    private static async Task LookAsync(NpgsqlConnection watching, ConnectionVerdict most)
    {
        foreach (var (name, count) in await ConnectionsAsync(watching))
        {
            most.Saw(name, count);
        }

        await Task.Delay(10, Token);
    }

    /// <summary>Connections by what they say they are, and all of them, but those of this test.</summary>
    private static async Task<List<(string Name, int Count)>> ConnectionsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT coalesce(application_name, '{ConnectionVerdict.All}'), count(*)::int FROM pg_stat_activity
            WHERE datname = current_database() AND application_name <> 'test' GROUP BY ROLLUP (application_name)
            """,
            connection);
        await using var rows = await command.ExecuteReaderAsync(Token);
        var found = new List<(string, int)>();
        while (await rows.ReadAsync(Token))
        {
            found.Add((rows.GetString(0), rows.GetInt32(1)));
        }

        return found;
    }

    private static async Task<NpgsqlConnection> OpenAsync(RunningCluster cluster)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.Database) { ApplicationName = "test" }.ConnectionString);
        await connection.OpenAsync(Token);
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Written in this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
    }

    private static async Task UploadAsync(ClusterProcess gateway, string model)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (part, file) in new[] { ("config", "config.json"), ("weights", "weights.safetensors") })
        {
            var content = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(model, file), Token));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            form.Add(content, part, file);
        }

        using var answer = await gateway.Http.PostAsync("v1/models", form, Token);
        Assert.True(answer.IsSuccessStatusCode, $"{gateway.Name}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Token)}");
    }
}

/// <summary>The most connections that a storm took.</summary>
/// <param name="Most">By what the database calls them; <see cref="All"/> is their sum.</param>
internal sealed record ConnectionVerdict(Dictionary<string, int> Most)
{
    public const string All = "all";

    /// <summary>What is there of what was acknowledged meanwhile.</summary>
    public Kept Kept { get; init; } = Kept.Everything;

    public int Of(string part) => Most.GetValueOrDefault(GridConnections.ApplicationName(part));

    public void Saw(string name, int count) => Most[name] = Math.Max(Most.GetValueOrDefault(name), count);

    public ConnectionVerdict Told()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", Most.OrderBy(of => of.Key).Select(of => $"{of.Key}: {of.Value}")));
        return this;
    }
}
