using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A grid whose canary does badly gets rid of it by itself.</summary>
public sealed class GuardTests
{
    private const int Seed = 57;
    private const int Users = 40;

    /// <summary>On each logit: what was unlikely is almost certain.</summary>
    private const float Shift = 6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_canary_whose_weights_are_off_is_rolled_back_for_its_scores_and_the_log_and_the_list_say_why()
    {
        using var folder = new TemporaryFolder();
        using var grid = await StartAsync(folder, "--guard-errors", "off", "--guard-log-loss", "off");
        var canary = await StartCanaryAsync(folder, grid);

        while (await grid.Caller.CanaryAsync() is not null)
        {
            await ScoreAllAsync(grid, withOutcomes: false);
        }

        var reason = await ReasonAsync(grid, canary);
        Assert.StartsWith("mean score of ", reason, StringComparison.Ordinal);
        while ((await ScoreAllAsync(grid, withOutcomes: false)).Contains(canary))
        {
            // Until the silo has been told.
        }

        grid.Command.Terminate();
        Assert.Contains($"Model {canary} is rolled back by itself: {reason}", (await grid.Command.EndAsync()).ShouldExitWith(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_whose_scores_live_outcomes_contradict_is_rolled_back_for_its_log_loss()
    {
        using var folder = new TemporaryFolder();
        using var grid = await StartAsync(folder, "--guard-errors", "off", "--guard-drift", "off", "--guard-log-loss", "0.3");
        var canary = await StartCanaryAsync(folder, grid);

        while (await grid.Caller.CanaryAsync() is not null)
        {
            await ScoreAllAsync(grid, withOutcomes: true);
        }

        Assert.StartsWith("log loss of ", await ReasonAsync(grid, canary), StringComparison.Ordinal);
    }

    private static Task<RunningGrid> StartAsync(TemporaryFolder folder, params string[] guard)
    {
        ModelFiles.Write(folder["model"], Seed);
        return RunningGrid.StartAsync(folder["data"], ["--model", folder["model"], "--guard-least", "50", .. guard]);
    }

    private static async Task<string> StartCanaryAsync(TemporaryFolder folder, RunningGrid grid)
    {
        var model = ModelFiles.Write(folder["canary"], RandomModels.ShiftedFiles(RandomModels.Of(Seed), Shift));
        (await GridCommand.RunAsync("publish", "--url", grid.Url.AbsoluteUri, "--model", folder["canary"])).ShouldExitWith(0);
        await grid.Caller.ActivateAsync(model.Version, percent: 50);
        Assert.Equal((model.Version, 50), await grid.Caller.CanaryAsync());
        return model.Version;
    }

    /// <summary>Scores all users; nothing that they were shown came to anything.</summary>
    /// <returns>By which versions.</returns>
    private static async Task<List<string>> ScoreAllAsync(RunningGrid grid, bool withOutcomes)
    {
        var versions = new List<string>();
        for (var user = 0; user < Users; user++)
        {
            var score = await PostAsync(grid, "v1/score", new { userId = user, candidates = new[] { new { itemId = 1 }, new { itemId = 2 } } });
            versions.Add(score["modelVersion"]!.GetValue<string>());
            if (withOutcomes)
            {
                var requestId = score["requestId"]!.GetValue<string>();
                var labels = score["items"]![0]!["scores"]!.AsObject().ToDictionary(task => task.Key, _ => 0);
                var outcome = new { userId = user, at = 1_700_000_000_000, requestId, items = new[] { new { itemId = 1, labels } } };
                Assert.Equal(1, (await PostAsync(grid, "v1/outcomes", new { outcomes = new[] { outcome } }))["accepted"]!.GetValue<int>());
            }
        }

        return versions;
    }

    private static async Task<string> ReasonAsync(RunningGrid grid, string version)
    {
        var list = (await grid.Http.GetFromJsonAsync<JsonNode>("v1/models", Token))!;
        var model = list["models"]!.AsArray().Single(model => model!["version"]!.GetValue<string>() == version)!;
        Assert.Equal("published", model["state"]!.GetValue<string>());
        Assert.NotEqual(0, model["rolledBack"]!["at"]!.GetValue<long>());
        return model["rolledBack"]!["reason"]!.GetValue<string>();
    }

    private static async Task<JsonNode> PostAsync(RunningGrid grid, string path, object body)
    {
        using var response = await grid.Http.PostAsJsonAsync(path, body, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
