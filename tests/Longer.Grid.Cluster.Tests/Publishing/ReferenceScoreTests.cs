using System.Text.Json.Nodes;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>docs/examples/score_reference.py computes what the oracle and the server compute.</summary>
public sealed class ReferenceScoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Each twice with weights of each type; no events, a partly filled group, some window, and several times the window.
    public static TheoryData<int, WeightType, int> Cases => new()
    {
        { 1, WeightType.F32, 0 }, { 2, WeightType.F16, 3 }, { 3, WeightType.BF16, 40 }, { 4, WeightType.F32, 90 }, { 5, WeightType.F16, 200 }, { 6, WeightType.BF16, 300 },
        { 7, WeightType.F32, 300 }, { 8, WeightType.F16, 300 }, { 9, WeightType.BF16, 1 }, { 10, WeightType.F32, 17 }, { 11, WeightType.F16, 64 }, { 12, WeightType.BF16, 120 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_scores_a_random_request_of_a_random_model_as_the_oracle_does(int seed, WeightType type, int count)
    {
        using var folder = new TemporaryFolder();
        var drawn = RandomModels.FarSighted(seed);
        ModelPackage.Save(folder["model"], drawn.Config, drawn.Weights, type);
        var model = ModelPackage.Load(folder["model"]);
        var random = new Random(seed);
        var events = RandomHistories.Events(random, model.Config, count);
        var scored = new OracleCase(
            RandomHistories.User(random, model.Config), 0, events, RandomHistories.Candidates(random, model.Config, events, 6), RandomHistories.RequestMs(random, events));

        ScorerParity.Check(await LogitsAsync(folder, model, scored), model, scored, $"seed {seed}");
    }

    [Fact]
    public async Task It_scores_as_a_running_grid_does()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], seed: 5);
        var random = new Random(5);
        List<OracleEvent> events = [.. RandomHistories.Events(random, model.Config, 150).Select((e, i) => e with { AtMs = 1_700_000_000_000 + (i * 90_000) })];
        var scored = new OracleCase(
            new OracleUser("u", new Dictionary<string, string>()), 0, events, RandomHistories.Candidates(random, model.Config, events, 8), events[^1].AtMs + 5_000);
        using var grid = await RunningGrid.StartAsync(folder["data"], "--model", folder["model"]);
        Assert.Equal(events.Count, await grid.AppendAsync("u", events, Token));

        var served = await grid.LogitsAsync("u", scored.Candidates, scored.AtMs);
        var reference = await LogitsAsync(folder, model, scored);

        Assert.Equal(served.Count, reference.Count);
        Assert.All(served.Zip(reference), pair => Assert.Equal(pair.First, pair.Second, ScorerParity.Tolerance));
    }

    [Fact]
    public async Task The_commands_of_the_page_score_with_both()
    {
        using var folder = new TemporaryFolder();
        (await OtherProgram.ScriptAsync("publish_model.py", "build", folder["my-model"])).ShouldExitWith(0);
        using var grid = await RunningGrid.StartAsync(folder["data"], "--model", folder["my-model"]);

        var run = (await OutsideTrainerTests.ShellAsync(folder, ModelPage.Commands("score_reference.py my-model", grid.Url))).ShouldExitWith(0);

        // Two candidates, then the answers to the append and to the score, which end without a line's end.
        var lines = run.Output.Replace("}{", "}\n{", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(4, lines.Count);
        Assert.Equal(1, (int)lines[2]["accepted"]!);
        for (var c = 0; c < 2; c++)
        {
            Assert.Equal((double)lines[c]["like"]!["score"]!, (double)lines[3]["items"]![c]!["scores"]!["like"]!, 1e-5);
        }
    }

    private static async Task<List<double>> LogitsAsync(TemporaryFolder folder, ModelPackage model, OracleCase scored)
    {
        await File.WriteAllTextAsync(folder["request.json"], new JsonObject
        {
            ["userId"] = scored.User.UserId,
            ["profile"] = Features(scored.User.Profile),
            ["at"] = scored.AtMs,
            ["events"] = new JsonArray([.. scored.Events.Select(e => new JsonObject { ["itemId"] = e.ItemId, ["action"] = e.Action, ["at"] = e.AtMs, ["features"] = Features(e.Sides) })]),
            ["candidates"] = new JsonArray([.. scored.Candidates.Select(c => new JsonObject { ["itemId"] = c.ItemId, ["features"] = Features(c.Sides) })]),
        }.ToJsonString(), Token);
        var run = (await OtherProgram.ScriptAsync("score_reference.py", folder["model"], folder["request.json"])).ShouldExitWith(0);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(line => model.Config.Tasks.Select(task => (double)JsonNode.Parse(line)![task]!["logit"]!))];
    }

    private static JsonObject Features(IReadOnlyDictionary<string, string> values) => new(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value)));
}
