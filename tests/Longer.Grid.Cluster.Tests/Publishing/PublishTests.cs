using System.Text.Json.Nodes;

namespace Longer.Grid.Cluster.Tests;

public sealed class PublishTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_published_and_activated_model_serves_and_is_active_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], seed: 5);
        using (var grid = await RunningGrid.StartAsync(folder["data"]))
        {
            var first = (await GridCommand.RunAsync("publish", "--url", $"{grid.Url}", "--model", folder["model"], "--activate")).ShouldExitWith(0);
            Assert.Contains($"version {model.Version}", first.Output, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', first.Output);
            Assert.Equal(model.Version, await ActiveAsync(grid));

            var again = (await GridCommand.RunAsync("publish", "--url", $"{grid.Url}", "--model", folder["model"], "--activate")).ShouldExitWith(0);
            Assert.Contains($"version {model.Version} (the grid had it already)", again.Output, StringComparison.Ordinal);
            await grid.StopAsync();
        }

        using var restarted = await RunningGrid.StartAsync(folder["data"]);
        Assert.Contains(model.Version, restarted.Command.Output, StringComparison.Ordinal);
        Assert.Equal(model.Version, await ActiveAsync(restarted));
    }

    [Fact]
    public async Task Without_activate_a_model_is_listed_and_does_not_serve()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], seed: 5);
        using var grid = await RunningGrid.StartAsync(folder["data"]);

        (await GridCommand.RunAsync("publish", "--url", $"{grid.Url}", "--model", folder["model"])).ShouldExitWith(0);

        var list = JsonNode.Parse(await grid.Http.GetStringAsync("v1/models", Token))!;
        Assert.Null(list["active"]);
        Assert.Equal(model.Version, list["models"]![0]!["version"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_broken_model_is_refused_with_its_problems_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        ModelFiles.Write(folder["model"], seed: 5);
        ModelFiles.Write(folder["other"], seed: 6);
        File.Copy(Path.Combine(folder["other"], "weights.safetensors"), Path.Combine(folder["model"], "weights.safetensors"), overwrite: true);
        using var grid = await RunningGrid.StartAsync(folder["data"]);

        var refused = (await GridCommand.RunAsync("publish", "--url", $"{grid.Url}", "--model", folder["model"], "--activate")).ShouldExitWith(1);

        Assert.Contains("was not published", refused.Error, StringComparison.Ordinal);
        Assert.Contains(".weight", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.Empty(JsonNode.Parse(await grid.Http.GetStringAsync("v1/models", Token))!["models"]!.AsArray());
    }

    [Fact]
    public async Task Nobody_at_the_address_is_one_line()
    {
        using var folder = new TemporaryFolder();
        ModelFiles.Write(folder["model"], seed: 5);

        // Port 9 (discard) is nobody's on a machine of today.
        var line = (await GridCommand.RunAsync("publish", "--url", "http://127.0.0.1:9", "--model", folder["model"])).ShouldFailInOneLine();

        Assert.Contains("http://127.0.0.1:9", line, StringComparison.Ordinal);
    }

    private static async Task<string?> ActiveAsync(RunningGrid grid) =>
        JsonNode.Parse(await grid.Http.GetStringAsync("v1/models", Token))!["active"]?.GetValue<string>();
}
