using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Several processes on one PostgreSQL are one grid.</summary>
public sealed class ClusterTests
{
    private const int Seed = 23;

    [Fact]
    public async Task Events_that_go_in_at_one_gateway_are_scored_at_every_other_as_the_oracle_does()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed);
        var gateway = await cluster.AddAsync("gateway");
        var random = new Random(Seed);
        var users = Enumerable.Range(0, 12).Select(i => $"user {i}").ToList();
        foreach (var user in users)
        {
            List<OracleEvent> events = [.. RandomHistories.Events(random, cluster.Model.Config, 40).Select((e, i) => e with { AtMs = 1_700_000_000_000 + (i * 7_000) })];
            Assert.Equal(events.Count, await cluster.Processes[0].Caller.AppendAsync(user, events, TestContext.Current.CancellationToken));
            var kept = await gateway.Caller.HistoryAsync(user);
            foreach (var process in cluster.Processes)
            {
                var candidates = RandomHistories.Candidates(random, cluster.Model.Config, kept, 5);
                var atMs = events.Max(e => e.AtMs) + 1_000;
                var scored = new OracleCase(new OracleUser(user, new Dictionary<string, string>()), 0, kept, candidates, atMs);
                ScorerParity.Check(await process.Caller.LogitsAsync(user, candidates, atMs), cluster.Model, scored, $"{user} at {process.Name}");
            }
        }

        var silos = new HashSet<string>();
        foreach (var user in users)
        {
            silos.Add(await gateway.Caller.SiloOfAsync(user));
        }

        Assert.Equal(2, silos.Count);
    }

    // It has not the types by which a device says that it is late.
    [Fact]
    public async Task A_gateway_that_is_no_silo_tells_a_score_that_is_late_from_one_that_failed()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, roles: "serve");
        var http = cluster.Processes[1].Http;
        var answers = new List<Answered>();
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(200, (await Answered.AppendAsync(http, $"user {i}", 0, 60)).Status);
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Answered.ScoreAsync(http, $"user {i}", timeoutMs: 1 + (i % 4)))));
        }

        Assert.All(answers, answer => Assert.True(answer is { Status: 200 } or { Status: 504, Problem: "deadline-passed" } or { Status: 503, Problem: "overloaded" }, $"{answer}"));
        Assert.Contains(answers, answer => answer.Status == 504);
    }

    [Fact]
    public async Task A_silo_for_training_joins_holds_no_user_and_loads_no_model_and_ends_with_0()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed);
        var (serving, training) = (cluster.Processes[0], await cluster.AddAsync("train"));
        var listed = (await Answered.GetAsync(serving.Http, "v1/cluster")).Body!["silos"]!.AsArray();

        var silos = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            silos.Add(await serving.Caller.SiloOfAsync($"user {i}"));
        }

        Assert.Equal([await serving.Caller.SiloNameAsync(serving.Silo!)], silos);
        var train = Assert.Single(listed, silo => silo!["silo"]!.GetValue<string>().StartsWith(training.Silo! + "@", StringComparison.Ordinal))!;
        Assert.Equal(["train"], train["roles"]!.AsArray().Select(role => role!.GetValue<string>()));
        Assert.Null(train["serving"]);
        training.Command.Terminate();
        (await training.Command.EndAsync()).ShouldExitWith(0);
    }

    [Theory]
    [InlineData("serve", "garbage", "cannot be read")]
    [InlineData("gateway", "garbage", "cannot be read")]
    [InlineData("serve", "Host=127.0.0.1;Port=1;Timeout=3", "cannot be opened")]
    [InlineData("gateway", "Host=127.0.0.1;Port=1;Timeout=3", "cannot be opened")]
    public async Task A_database_that_cannot_be_used_stops_a_silo_of_any_role_in_one_line(string roles, string database, string problem) =>
        Assert.Contains(problem, (await GridCommand.RunAsync("run", "--roles", roles, "--cluster", database, "--http", "http://127.0.0.1:0")).ShouldFailInOneLine(), StringComparison.Ordinal);
}
