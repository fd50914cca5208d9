using System.Diagnostics;
using System.Text.Json.Nodes;
using Longer.Grid.Model;

namespace Longer.Grid.Cluster.Tests;

public sealed class DemoTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_demonstration_runs_from_files_to_live_scores_and_its_commands_work()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        using var demo = GridCommand.Start(
            ["demo", .. TinyData.Arguments(folder), "--data", folder["demo"], "--http", "http://127.0.0.1:0", "--train-time", "3s", "--kv-storage", "float16"]);

        await demo.LineAsync("Serving at", Token);
        var calls = new List<string[]>();
        while (calls.Count < 5)
        {
            calls.Add(await ArgumentsAsync(await demo.LineAsync("curl ", Token)));
        }

        using var http = new HttpClient();
        var answers = new List<JsonNode>();
        foreach (var call in calls)
        {
            answers.Add(await CallAsync(http, call));
        }

        // The second one is of the user whom the first one scored.
        var config = LongerConfigJson.Parse(await File.ReadAllBytesAsync(Path.Combine(folder["demo"], "model", "config.json"), Token));
        var groups = ((long)answers[1]["userEvents"]! + config.GroupSize - 1) / config.GroupSize;
        Assert.Equal(KvLayerShape.StateBytes(KvLayerShape.Of(config, KvStorage.Half), groups), (long)answers[1]["deviceBytes"]!);

        demo.Interrupt();
        var ended = (await demo.EndAsync()).ShouldExitWith(0);
        Assert.Empty(ended.Error);
        Assert.DoesNotContain('\u001b', ended.Output);
        Assert.Matches("([0-9]+) requests scored, \\1 outcomes of them accepted and [0-9,]+ events appended", ended.Output);
        Assert.Matches("live AUC, touched: 0\\.[0-9]{4}", ended.Output);
        Assert.Matches("p50 [0-9.]+ ms, p99 [0-9.]+ ms", ended.Output);
        Assert.Matches("warm state: [0-9.]+ %", ended.Output);
    }

    [Fact]
    public async Task A_demonstration_can_be_left_while_it_trains_and_leaves_no_half_written_model()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        using var demo = GridCommand.Start(
            ["demo", .. TinyData.Arguments(folder), "--data", folder["demo"], "--http", "http://127.0.0.1:0", "--train-time", "10m"]);

        await demo.LineAsync("train: ", Token);
        demo.Interrupt();

        Assert.Empty((await demo.EndAsync()).ShouldExitWith(0).Error);
        Assert.False(Directory.Exists(Path.Combine(folder["demo"], "model")));
    }

    [Fact]
    public async Task A_folder_that_holds_a_demonstration_is_not_used_again()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        Directory.CreateDirectory(Path.Combine(folder["demo"], "grid"));

        var line = (await GridCommand.RunAsync(["demo", .. TinyData.Arguments(folder), "--data", folder["demo"]])).ShouldFailInOneLine();

        Assert.Contains(folder["demo"], line, StringComparison.Ordinal);
        Assert.Contains("not empty", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo --git . --events x --schema y")]
    [InlineData("demo --events x")]
    [InlineData("demo --schema x")]
    [InlineData("demo --impressions x")]
    public async Task Sources_that_do_not_go_together_are_refused(string line) =>
        (await GridCommand.RunAsync(line.Split(' '))).ShouldExitWith(2);

    // What a shell makes of a line: the quoting is part of what is tested.
    private static async Task<string[]> ArgumentsAsync(string line)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"curl() {{ printf '%s\\0' \"$@\"; }}\n{line}"]) { RedirectStandardOutput = true };
        using var shell = Process.Start(start)!;
        return (await shell.StandardOutput.ReadToEndAsync(Token)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<JsonNode> CallAsync(HttpClient http, string[] arguments)
    {
        var url = arguments.Single(a => a.StartsWith("http://", StringComparison.Ordinal));
        var body = Array.IndexOf(arguments, "-d") is >= 0 and var at ? arguments[at + 1] : null;
        using var content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = content is null ? await http.GetAsync(url, Token) : await http.PostAsync(url, content, Token);
        var answer = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, $"{string.Join(' ', arguments)}: {answer}");
        return JsonNode.Parse(answer)!;
    }
}
