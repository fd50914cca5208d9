using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Oracle;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Processes that keep learning, and are killed while they do.</summary>
public sealed class TrainingProcessTests
{
    private const int Seed = 23;

    private static readonly string[] Often = ["--train-every", "1s", "--train-least", "20", "--train-margin", "1", "--train-rate", "0.001"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_grid_of_one_process_learns_through_kill_9_and_each_event_counts_once()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], Seed);
        var traffic = new ReportedTraffic(model.Config.Tasks[0]);
        var random = new Random(7);
        for (var round = 0; round < 5; round++)
        {
            using var grid = await RunningGrid.StartAsync(folder["data"], [.. Often, .. round == 0 ? new[] { "--model", folder["model"] } : []]);
            await traffic.SendAsync(grid.Http, calls: 12);

            // A period begins each second, and takes about one.
            await Task.Delay(random.Next(200, 3_000), Token);
            grid.Command.Kill();
        }

        using var last = await RunningGrid.StartAsync(folder["data"], Often);
        await traffic.SendAsync(last.Http, calls: 12);
        var models = await traffic.TrainedAsync(last.Http, models => models["models"]!.AsArray().Count > 2 && models["training"]!["requests"]!.GetValue<long>() == 0);

        Assert.Equal(traffic.Events, models["training"]!["totalEvents"]!.GetValue<long>());
        Assert.InRange(ReportedTraffic.AssertLine(models), 1, traffic.Events);
        Assert.Equal("outcomes", models["training"]!["labelsFrom"]!.GetValue<string>());
        await last.StopAsync();
    }

    [Fact]
    public async Task A_training_silo_publishes_to_a_cluster_and_where_it_is_killed_another_goes_on()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed);
        var gateway = cluster.Processes[0];
        var traffic = new ReportedTraffic(cluster.Model.Config.Tasks[0]);
        var first = await cluster.AddAsync("train", Often);
        var second = await cluster.AddAsync("train", Often);
        await traffic.SendAsync(gateway.Http, calls: 30);
        await traffic.TrainedAsync(gateway.Http, models => models["models"]!.AsArray().Count > 1);

        first.Command.Kill();
        var published = (await ReportedTraffic.ModelsAsync(gateway.Http))["models"]!.AsArray().Count;
        await traffic.SendAsync(gateway.Http, calls: 30);
        var models = await traffic.TrainedAsync(gateway.Http, models => models["models"]!.AsArray().Count > published);

        Assert.Equal(traffic.Events, models["training"]!["totalEvents"]!.GetValue<long>());
        ReportedTraffic.AssertLine(models);
        Assert.InRange(await ConnectionsAsync(cluster, "changes", "histories", "training"), 1, GridConnections.Changes + GridConnections.Training);
        second.Command.Terminate();
        (await second.Command.EndAsync()).ShouldExitWith(0);
        await CheckAsync(cluster, gateway);
    }

    [Fact]
    public async Task Told_to_train_no_more_a_grid_gives_up_what_was_learned()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], Seed);
        var traffic = new ReportedTraffic(model.Config.Tasks[0]);
        using (var grid = await RunningGrid.StartAsync(folder["data"], [.. Often, "--model", folder["model"]]))
        {
            await traffic.SendAsync(grid.Http, calls: 3);
            await traffic.TrainedAsync(grid.Http, _ => true);
            await grid.StopAsync();
        }

        using (var store = new TrainingStore(GridDatabase.Embedded(folder["data"])))
        {
            Assert.NotNull(await store.LastAsync());
        }

        using var off = await RunningGrid.StartAsync(folder["data"], "--train-every", "off");
        await off.StopAsync();

        using var ended = new TrainingStore(GridDatabase.Embedded(folder["data"]));
        Assert.Null(await ended.LastAsync());
    }

    /// <summary>Connections that parts of the silo hold that is left.</summary>
    private static async Task<long> ConnectionsAsync(RunningCluster cluster, params string[] parts)
    {
        await using var source = NpgsqlDataSource.Create(cluster.Database);
        await using var command = source.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY($1)");
        command.Parameters.Add(new() { Value = parts.Select(GridConnections.ApplicationName).ToArray() });
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    /// <summary>Holds a score against the oracle of the version that it names, whose weights training made.</summary>
    private static async Task CheckAsync(RunningCluster cluster, ClusterProcess gateway)
    {
        const string User = "user 0";
        const long AtMs = 1_750_000_000_000;
        var scored = await gateway.Caller.ScoreAsync(User, [new("7", new Dictionary<string, string>())], AtMs);
        Assert.NotEqual(cluster.Model.Version, scored.Version);
        await using var source = GridDatabase.Shared(cluster.Database).Open("test", connections: 2);
        var store = new DatabaseModelStore(source, TimeProvider.System);
        await using var config = await store.OpenAsync(scored.Version, ModelPart.Config, Token);
        await using var weights = await store.OpenAsync(scored.Version, ModelPart.Weights, Token);
        using var json = new MemoryStream();
        await config!.CopyToAsync(json, Token);
        var package = ModelPackage.Load(json.ToArray(), weights!);
        var history = await gateway.Caller.HistoryAsync(User);

        Assert.Equal(scored.Version, package.Version);
        ScorerParity.Check(
            scored.Logits, package, new OracleCase(new OracleUser(User, new Dictionary<string, string>()), 0, history, [new("7", new Dictionary<string, string>())], AtMs), scored.Version);
    }
}
