using System.Net;
using System.Text.Json.Nodes;
using Longer.Grid.Model;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Whoever has docs/models.md and its scripts, and nothing of this project, can make a model, publish it and see why it is refused.</summary>
public sealed class OutsideTrainerTests
{
    /// <summary>What each row of the page's table changes in a model folder.</summary>
    private static readonly Dictionary<string, Action<string>> Changes = new()
    {
        ["a key left out"] = folder => Config(folder, config => config.Remove("max_events")),
        ["a key of your own"] = folder => Config(folder, config => config["dropout"] = 0.1),
        ["a number out of its range"] = folder => Config(folder, config => config["group_size"] = 65),
        ["heads that do not divide the width"] = folder => Config(folder, config => config["heads"] = 3),
        ["more recent groups than groups"] = folder => Config(folder, config => config["recent_groups"] = 501),
        ["a name that is none"] = folder => Config(folder, config => config["tasks"] = new JsonArray("Like")),
        ["a tensor left out"] = folder => WeightsFile.Change(Weights(folder), file => file.Remove("gap.weight")),
        ["a tensor more"] = folder => WeightsFile.Change(Weights(folder), file => file.Add("lm_head.weight")),
        ["another shape"] = folder => WeightsFile.Change(Weights(folder), file => file.Retell("gap.weight", shape: [32, 16])),
        ["another dtype"] = folder => WeightsFile.Change(Weights(folder), file => file.Retell("gap.weight", type: "F64")),
        ["a NaN"] = folder => WeightsFile.Change(Weights(folder), file => file.Set("gap.weight", 3, float.NaN)),
        ["bytes behind the last tensor"] = folder => File.AppendAllBytes(Weights(folder), [0]),
        ["the last four bytes missing"] = folder => File.WriteAllBytes(Weights(folder), File.ReadAllBytes(Weights(folder))[..^4]),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_script_makes_a_model_that_the_server_calls_by_the_same_version_and_serves()
    {
        using var folder = new TemporaryFolder();
        var built = (await OtherProgram.ScriptAsync("publish_model.py", "build", folder["my-model"])).ShouldExitWith(0);
        using var grid = await RunningGrid.StartAsync(folder["data"]);

        var published = (await OtherProgram.ScriptAsync("publish_model.py", "publish", folder["my-model"], $"{grid.Url}")).ShouldExitWith(0);
        var again = (await OtherProgram.ScriptAsync("publish_model.py", "publish", folder["my-model"], $"{grid.Url}")).ShouldExitWith(0);

        var version = ModelPackage.Load(folder["my-model"]).Version;
        Assert.Equal($"version {version}\n", built.Output);
        Assert.Equal($"version {version}\nactive\n", published.Output);
        Assert.Equal($"version {version} (the grid had it already)\nactive\n", again.Output);
        var models = await ModelsAsync(grid);
        Assert.Equal(version, (string?)models["active"]);
        Assert.Equal("publish_model.py, at random", (string?)models["models"]![0]!["metrics"]!["trained_by"]);
    }

    [Fact]
    public async Task The_commands_of_the_page_publish_and_activate_it()
    {
        using var folder = new TemporaryFolder();
        var version = (await OtherProgram.ScriptAsync("publish_model.py", "build", folder["my-model"])).ShouldExitWith(0).Output.Split(' ')[1].Trim();
        using var grid = await RunningGrid.StartAsync(folder["data"]);

        var run = (await ShellAsync(folder, ModelPage.Commands("URL=", grid.Url))).ShouldExitWith(0);

        Assert.StartsWith($$"""{"version":"{{version}}","state":"active"}""", run.Output, StringComparison.Ordinal);
        Assert.Equal(version, (string?)(await ModelsAsync(grid))["active"]);
    }

    [Fact]
    public async Task What_the_page_says_of_refused_models_is_what_the_server_says_of_them()
    {
        using var folder = new TemporaryFolder();
        using var grid = await RunningGrid.StartAsync(folder["data"]);
        (await OtherProgram.ScriptAsync("publish_model.py", "build", folder["sound"])).ShouldExitWith(0);
        var (told, said) = (ModelPage.Refusals, new Dictionary<string, string>());
        foreach (var (change, make) in Changes)
        {
            Directory.CreateDirectory(folder[change]);
            Array.ForEach(["config.json", "weights.safetensors"], file => File.Copy(Path.Combine(folder["sound"], file), Path.Combine(folder[change], file)));
            make(folder[change]);

            var problem = await RefusedAsync(grid, folder[change]);

            var error = Assert.Single(problem["errors"]!.AsArray())!;
            said.Add(change, (string)error["detail"]!);
            if (change == "another shape")
            {
                problem.AsObject().Remove("requestId");
                Assert.True(JsonNode.DeepEquals(ModelPage.Problem, problem), $"{problem}");
            }
        }

        Assert.Equal(told.OrderBy(row => row.Key, StringComparer.Ordinal), said.OrderBy(row => row.Key, StringComparer.Ordinal));
        Assert.Empty((await ModelsAsync(grid))["models"]!.AsArray());
    }

    [Fact]
    public async Task The_script_tells_all_that_the_server_finds_wrong_and_ends_with_1()
    {
        using var folder = new TemporaryFolder();
        (await OtherProgram.ScriptAsync("publish_model.py", "build", folder["my-model"])).ShouldExitWith(0);
        WeightsFile.Change(Weights(folder["my-model"]), file =>
        {
            file.Remove("cls.weight");
            file.Retell("gap.weight", shape: [32, 16]);
        });
        using var grid = await RunningGrid.StartAsync(folder["data"]);

        var run = (await OtherProgram.ScriptAsync("publish_model.py", "publish", folder["my-model"], $"{grid.Url}")).ShouldExitWith(1);

        Assert.Equal(
            "The model breaks the contract.\n"
            + "  weights.safetensors: gap.weight has the shape [32, 16]; expected is [64, 8]\n"
            + "  weights.safetensors: cls.weight is missing; expected is the shape [1, 64]\n",
            run.Error);
    }

    /// <summary>Runs commands in a folder as they would be typed, with a python3 that has NumPy first on the path.</summary>
    internal static async Task<GridResult> ShellAsync(TemporaryFolder folder, string commands)
    {
        if (await OtherProgram.PythonAsync() is ['/', ..] python)
        {
            Directory.CreateDirectory(folder["bin"]);
            File.CreateSymbolicLink(Path.Combine(folder["bin"], "python3"), python);
        }

        return await OtherProgram.RunAsync("bash", folder.Path, "-euo", "pipefail", "-c", $"PATH='{folder["bin"]}':$PATH\n{commands}");
    }

    private static string Weights(string folder) => Path.Combine(folder, "weights.safetensors");

    private static void Config(string folder, Action<JsonObject> change)
    {
        var path = Path.Combine(folder, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private static async Task<JsonNode> RefusedAsync(RunningGrid grid, string folder)
    {
        using var form = new MultipartFormDataContent();
        foreach (var part in new[] { "config.json", "weights.safetensors" })
        {
            form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(folder, part), Token)), part.Split('.')[0], part);
        }

        using var response = await grid.Http.PostAsync("v1/models", form, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
    }

    private static async Task<JsonNode> ModelsAsync(RunningGrid grid) => JsonNode.Parse(await grid.Http.GetStringAsync("v1/models", Token))!;
}
