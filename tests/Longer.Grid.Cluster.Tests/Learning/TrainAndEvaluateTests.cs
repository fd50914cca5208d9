using System.Globalization;
using System.Text.Json.Nodes;

namespace Longer.Grid.Cluster.Tests;

public sealed class TrainAndEvaluateTests
{
    [Fact]
    public async Task The_serving_engine_measures_what_training_measured()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        (await GridCommand.RunAsync(["train", .. TinyData.Arguments(folder), "--out", folder["model"], "--epochs", "1"])).ShouldExitWith(0);
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder["model"], "metrics.json"), Token))!["tasks"]!["touched"]!;

        var evaluated = (await GridCommand.RunAsync(["evaluate", .. TinyData.Arguments(folder), "--model", folder["model"], "--kv-memory", "64MiB"])).ShouldExitWith(0);

        var row = evaluated.Output.Split('\n').Single(line => line.StartsWith("touched ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((double)expected["auc"]!, Number(row[1]), 1e-4);
        Assert.Equal((double)expected["user_auc"]!, Number(row[2]), 1e-4);
        Assert.Equal((int)expected["users_with_both"]!, Number(row[3]));
        Assert.Equal((double)expected["log_loss"]!, Number(row[4]), 1e-4);
        Assert.Equal((int)expected["samples"]!, Number(row[5]));
        Assert.Equal((int)expected["positives"]!, Number(row[6]));
    }

    [Fact]
    public async Task A_shape_given_as_a_config_is_the_models()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        (await GridCommand.RunAsync(["train", .. TinyData.Arguments(folder), "--out", folder["first"], "--epochs", "0.02"])).ShouldExitWith(0);
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder["first"], "config.json"), Token))!;
        config["self_layers"] = 2;
        await File.WriteAllTextAsync(folder["config.json"], config.ToJsonString(), Token);

        string[] train = ["train", .. TinyData.Arguments(folder), "--out", folder["second"], "--epochs", "0.02", "--config", folder["config.json"]];
        (await GridCommand.RunAsync(train)).ShouldExitWith(0);
        var both = await GridCommand.RunAsync([.. train, "--max-events", "100"]);
        config["tasks"] = new JsonArray("bought");
        await File.WriteAllTextAsync(folder["config.json"], config.ToJsonString(), Token);
        var other = await GridCommand.RunAsync(train);

        Assert.Equal(2, (int)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder["second"], "config.json"), Token))!["self_layers"]!);
        Assert.Contains("--max-events", both.ShouldExitWith(2).Error, StringComparison.Ordinal);
        Assert.Contains("bought", other.ShouldFailInOneLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Baselines_are_printed_row_by_row_with_their_costs()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);

        var run = (await GridCommand.RunAsync(["evaluate", "--baselines", .. TinyData.Arguments(folder), "--epochs", "0.1"])).ShouldExitWith(0);

        var table = run.Output[run.Output.IndexOf("\ntouched ", StringComparison.Ordinal)..].Split('\n').Skip(3).TakeWhile(line => !line.StartsWith("All rows", StringComparison.Ordinal)).ToList();
        Assert.Equal(11, table.Count);
        Assert.StartsWith("popularity ", table[0], StringComparison.Ordinal);
        Assert.All(table, row => Assert.Matches(@"  [01]\.\d{4} +[01]\.\d{4} ", row));
        Assert.All(table.Skip(2), row => Assert.Matches(@" 0\.\d{4} +[0-9,]+ +\d+ +0\.00[124]$", row));
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("evaluate --model x")]
    [InlineData("evaluate --model x --baselines --events e --schema s")]
    [InlineData("evaluate --baselines --events e")]
    [InlineData("evaluate --simulator --events e --schema s")]
    public async Task Ways_to_evaluate_that_do_not_go_together_are_refused(string line) =>
        (await GridCommand.RunAsync(line.Split(' '))).ShouldExitWith(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static double Number(string text) => double.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
