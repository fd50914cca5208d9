using System.Net.Http.Headers;
using Longer.Grid.Grains;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A database takes only so many connections, and refuses every process once they are gone: how many a cluster takes is known beforehand.</summary>
public sealed class ConnectionTests
{
    private const int Seed = 37;
    private const int Silos = 3;
    private const int Uploads = 24;
    private const int ColdUsers = 48;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_storm_of_users_and_uploads_takes_no_more_connections_than_the_sum_that_is_told()
    {
        await using var cluster = await RunningCluster.StartAsync(Silos, Seed);
        await cluster.AddGatewayAsync();
        using var folder = new TemporaryFolder();
        ModelFiles.Write(folder["model"], Seed + 1);
        await using var load = new ClusterLoad(cluster, users: 24, Seed);
        await load.MoreAsync(100);
        await using var watching = await OpenAsync(cluster);
        await using var holding = await OpenAsync(cluster);

        // Whoever needs these tables waits, with a connection in its hands: it would be one each.
        await using var locks = await holding.BeginTransactionAsync(Token);
        await RunAsync(holding, "LOCK TABLE user_head, model_upload IN ACCESS EXCLUSIVE MODE");
        List<Task> storm =
        [
            .. Enumerable.Range(0, Uploads).Select(i => UploadAsync(cluster.Processes[i % cluster.Processes.Count], folder["model"])),
            .. Enumerable.Range(0, ColdUsers).Select(i => cluster.Processes[i % cluster.Processes.Count].Http.GetAsync($"v1/users/cold-{i}", Token)),
        ];
        var most = new Dictionary<string, int>();
        while (Of("behaviors") < Silos * GridConnections.Behaviors || Of("uploads") < cluster.Processes.Count * GridConnections.Uploads)
        {
            await LookAsync();
        }

        await locks.RollbackAsync(Token);
        for (var all = Task.WhenAll(storm); !all.IsCompleted;)
        {
            await LookAsync();
        }

        await load.MoreAsync(100);
        await load.StopAsync();

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", most.OrderBy(of => of.Key).Select(of => $"{of.Key}: {of.Value}")));
        Assert.InRange(Of("behaviors"), 0, Silos * GridConnections.Behaviors);
        Assert.InRange(Of("models"), 0, Silos * GridConnections.Models);
        Assert.InRange(Of("uploads"), 0, cluster.Processes.Count * GridConnections.Uploads);
        Assert.InRange(Of("orleans"), 0, cluster.Processes.Count * GridConnections.Orleans);
        Assert.InRange(most["all"], 0, (Silos * GridConnections.Silo) + GridConnections.Gateway);
        Assert.Equal(Kept.Everything, await load.JudgeAsync(cluster.Processes[^1]));

        int Of(string part) => most.GetValueOrDefault(GridConnections.ApplicationName(part));

        async Task LookAsync()
        {
            foreach (var (name, count) in await ConnectionsAsync(watching))
            {
                most[name] = Math.Max(most.GetValueOrDefault(name), count);
            }

            await Task.Delay(10, Token);
        }
    }

    /// <summary>Connections by what they say they are, and all of them, but those of this test.</summary>
    private static async Task<List<(string Name, int Count)>> ConnectionsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT coalesce(application_name, 'all'), count(*)::int FROM pg_stat_activity
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
