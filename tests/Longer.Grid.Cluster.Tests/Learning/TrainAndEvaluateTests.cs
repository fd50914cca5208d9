using System.Globalization;
using System.Text.Json.Nodes;

namespace Longer.Grid.Cluster.Tests;

public sealed class TrainAndEvaluateTests
{
    [Theory]
    [InlineData("impressions", "impressions", "touched")]
    [InlineData("outcomes", "outcomes in the events", "like share", "--recompute", "--precision", "bfloat16")]
    [InlineData("positives", "events, against sampled negatives", "buys")]
    public async Task The_serving_engine_measures_what_training_measured(string kind, string labelsFrom, string tasks, params string[] how)
    {
        using var folder = new TemporaryFolder();
        var data = Write(kind, folder);
        var trained = (await GridCommand.RunAsync(["train", .. data, "--out", folder["model"], "--epochs", "1", .. how])).ShouldExitWith(0);
        var written = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder["model"], "metrics.json"), Token))!;
        var expected = written["tasks"]!;

        var evaluated = (await GridCommand.RunAsync(["evaluate", .. data, "--model", folder["model"], "--kv-memory", "64MiB"])).ShouldExitWith(0);

        var item = written["touched_rows"]!["item"]!;
        Assert.Equal(0, (int)written["dropped_steps"]!);
        Assert.InRange((int)item["touched"]!, 1, (int)item["rows"]! - 1);
        Assert.Matches($@"^{written["steps"]} steps; rows touched: item {item["touched"]} of {item["rows"]} \([0-9]+ a step\), ", trained.Output.Split('\n').Single(line => line.Contains("rows touched", StringComparison.Ordinal)));
        Assert.Contains($"labels from {labelsFrom}.", trained.Output, StringComparison.Ordinal);
        Assert.Contains($"Labels from {labelsFrom}.", evaluated.Output, StringComparison.Ordinal);
        Assert.All(tasks.Split(' '), task =>
        {
            var row = evaluated.Output.Split('\n').Single(line => line.StartsWith($"{task} ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var metrics = expected[task]!;
            Alike((double)metrics["auc"]!, row[1]);
            Alike((double)metrics["user_auc"]!, row[2]);
            Assert.Equal((int)metrics["users_with_both"]!, Number(row[3]));
            Alike((double)metrics["log_loss"]!, row[4]);
            Assert.Equal((int)metrics["samples"]!, Number(row[5]));
            Assert.Equal((int)metrics["positives"]!, Number(row[6]));
        });
    }

    // Shorter than a group of events, and at most one longer.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_window_of_a_few_events_is_trained_and_measured(int maxEvents)
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);

        (await GridCommand.RunAsync(["train", .. TinyData.Arguments(folder), "--out", folder["model"], "--epochs", "0.02", "--max-events", $"{maxEvents}"])).ShouldExitWith(0);
        (await GridCommand.RunAsync(["evaluate", .. TinyData.Arguments(folder), "--model", folder["model"], "--kv-memory", "64MiB"])).ShouldExitWith(0);

        Assert.Equal(maxEvents, (int)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder["model"], "config.json"), Token))!["max_events"]!);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named_before_anything_is_read()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        var within = Path.Combine(folder["events.csv"], "model");

        var run = await GridCommand.RunAsync(["train", .. TinyData.Arguments(folder), "--out", within]);

        Assert.Contains($"--out {within}", run.ShouldFailInOneLine(), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_model_whose_sides_the_data_do_not_have_is_refused_and_both_are_named()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        (await GridCommand.RunAsync(["train", .. TinyData.Arguments(folder), "--out", folder["model"], "--epochs", "0.02"])).ShouldExitWith(0);
        var schema = await File.ReadAllTextAsync(folder["schema.json"], Token);
        await File.WriteAllTextAsync(folder["schema.json"], schema.Replace("\"genre\": \"genre\"", "\"kind\": \"genre\"", StringComparison.Ordinal), Token);

        var evaluated = await GridCommand.RunAsync(["evaluate", .. TinyData.Arguments(folder), "--model", folder["model"]]);
        var trained = await GridCommand.RunAsync(
            ["train", .. TinyData.Arguments(folder), "--out", folder["second"], "--config", Path.Combine(folder["model"], "config.json")]);

        Assert.EndsWith("--model: its sides are genre; the data's, in the schema's events.sides, are kind", evaluated.ShouldFailInOneLine(), StringComparison.Ordinal);
        Assert.EndsWith("--config: its sides are genre; the data's, in the schema's events.sides, are kind", trained.ShouldFailInOneLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sides_of_impressions_that_no_event_has_are_refused()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        var schema = await File.ReadAllTextAsync(folder["schema.json"], Token);
        var (events, impressions) = (schema[..schema.IndexOf("\"impressions\"", StringComparison.Ordinal)], schema[schema.IndexOf("\"impressions\"", StringComparison.Ordinal)..]);
        await File.WriteAllTextAsync(folder["schema.json"], events + impressions.Replace("\"genre\":", "\"gnere\":", StringComparison.Ordinal), Token);

        var line = (await GridCommand.RunAsync(["train", .. TinyData.Arguments(folder), "--out", folder["model"]])).ShouldFailInOneLine();

        Assert.Contains("impressions.sides.gnere", line, StringComparison.Ordinal);
    }

    // Two requests before the tested one: none is left to choose a learning rate by.
    [Fact]
    public async Task Too_little_to_train_on_is_said_in_the_trainers_own_words()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        await File.WriteAllLinesAsync(folder["impressions.csv"], (await File.ReadAllLinesAsync(folder["impressions.csv"], Token)).Take(7), Token);

        var line = (await GridCommand.RunAsync(["evaluate", "--baselines", .. TinyData.Arguments(folder)])).ShouldFailInOneLine();

        Assert.Contains("There is no label among the 0 validation requests to choose a learning rate by", line, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", line, StringComparison.Ordinal);
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
    [InlineData("evaluate --scaling")]
    [InlineData("evaluate --scaling --events e")]
    [InlineData("evaluate --scaling --baselines --events e --schema s")]
    [InlineData("evaluate --scaling --model x --events e --schema s")]
    [InlineData("evaluate --scaling --simulator --events e --schema s")]
    [InlineData("evaluate --scaling --simulator --baselines")]
    public async Task Ways_to_evaluate_that_do_not_go_together_are_refused(string line) =>
        (await GridCommand.RunAsync(line.Split(' '))).ShouldExitWith(2);

    [Theory]
    [InlineData("evaluate --model x --events e --schema s --epochs 2", "--epochs", "--baselines")]
    [InlineData("evaluate --simulator --epochs 2", "--epochs", "--baselines")]
    [InlineData("evaluate --simulator --kv-memory 1GiB", "--kv-memory", "--model")]
    [InlineData("evaluate --baselines --events e --schema s --kv-memory 1GiB", "--kv-memory", "--model")]
    [InlineData("evaluate --baselines --events e --schema s --kv-storage int8", "--kv-storage", "--model")]
    [InlineData("evaluate --model x --events e --schema s --epochs 2", "--epochs", "--baselines or --continuous or --scaling")]
    [InlineData("evaluate --baselines --events e --schema s --rate 0.1", "--rate", "--simulator or --continuous or --scaling")]
    [InlineData("evaluate --baselines --events e --schema s --requests 10", "--requests", "--scaling")]
    [InlineData("evaluate --simulator --cross-features", "--cross-features", "--scaling")]
    [InlineData("evaluate --simulator --plot x.svg", "--plot", "--scaling")]
    [InlineData("evaluate --scaling --simulator --kv-memory 1GiB", "--kv-memory", "--model")]
    public async Task Options_that_would_do_nothing_are_refused_with_the_way_that_they_belong_to(string line, string option, string way)
    {
        var error = (await GridCommand.RunAsync(line.Split(' '))).ShouldExitWith(2).Error;

        Assert.Contains($"{option} does nothing here: accepted is it with {way}", error, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string[] Write(string kind, TemporaryFolder folder)
    {
        switch (kind)
        {
            case "impressions":
                TinyData.Write(folder);
                return TinyData.Arguments(folder);
            case "outcomes":
                TinyData.WriteOutcomes(folder);
                break;
            default:
                TinyData.WritePositives(folder);
                break;
        }

        return TinyData.EventArguments(folder);
    }

    // To four digits, of which rounding may turn the last by one.
    private static void Alike(double expected, string printed) =>
        Assert.InRange(Math.Round(expected * 10_000) - Math.Round(Number(printed) * 10_000), -1, 1);

    private static double Number(string text) => double.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
