using System.Text.Json.Nodes;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

public sealed class PlanCommandTests
{
    [Fact]
    public async Task A_plan_is_a_table_with_its_arithmetic_and_says_what_binds()
    {
        var plan = (await RunAsync("plan --users 1000000 --scores 2000 --kv-storage float16")).ShouldExitWith(0);

        Assert.Matches(@"(?m)^events a day +15,000,000 +active users x 50$", plan.Output);
        Assert.Matches(@"(?m)^K/V a resident user +1\.3 MiB +float16, ", plan.Output);
        Assert.Contains("binds: ", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_figures_are_there_for_programs()
    {
        var plan = JsonNode.Parse((await RunAsync("plan --users 3000 --active 1 --kv-memory 1GiB --simulate 40000 --json")).ShouldExitWith(0).Output)!;

        Assert.Equal(3000, (double)plan["figures"]!["activeUsers"]!);
        Assert.Equal(2_774_528, (double)plan["figures"]!["stateBytes"]!);
        Assert.Equal((double)plan["simulation"]!["plannedHitShare"]!, (double)plan["simulation"]!["hitShare"]!, 0.02);
        Assert.Matches("^(compute|device memory|host memory)$", (string)plan["binds"]!);
    }

    [Fact]
    public async Task The_same_seed_simulates_the_same()
    {
        const string Line = "plan --users 100000 --devices 4 --simulate 30000 --json";

        Assert.Equal((await RunAsync(Line)).ShouldExitWith(0).Output, (await RunAsync(Line)).ShouldExitWith(0).Output);
        Assert.NotEqual((await RunAsync(Line)).Output, (await RunAsync(Line + " --seed 2")).Output);
    }

    [Theory]
    [InlineData("--users 0", "--users 0: accepted is 1 to")]
    [InlineData("--active 1.1", "--active 1.1")]
    [InlineData("--candidates 2001", "--candidates 2001")]
    [InlineData("--zipf -1", "--zipf -1")]
    [InlineData("--kv-storage float8", "float32, float16 or int8")]
    [InlineData("--kv-memory 5MiB", "5,549,056 bytes")]
    [InlineData("--idle 15", "--idle 15: accepted is a number followed by s, m or h")]
    [InlineData("--scores many", "many")]
    public async Task A_wrong_number_is_refused_by_name(string option, string named)
    {
        var refused = (await RunAsync("plan " + option)).ShouldExitWith(2);

        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }

    [Fact]
    public async Task A_shape_is_read_from_a_models_config()
    {
        using var folder = new TemporaryFolder();
        var config = PlanInputs.Small.Model with { MaxEvents = 2_000 };
        await File.WriteAllBytesAsync(folder["config.json"], Model.LongerConfigJson.Write(config), TestContext.Current.CancellationToken);

        var plan = (await RunAsync($"plan --config {folder["config.json"]}")).ShouldExitWith(0);

        Assert.Contains("2,000 events", plan.Output, StringComparison.Ordinal);
        Assert.Contains("config.json", (await RunAsync($"plan --config {folder["none"]}/config.json")).ShouldFailInOneLine(), StringComparison.Ordinal);
    }

    private static Task<GridResult> RunAsync(string line) => RunAsync(line.Split(' '));

    /// <summary>Runs a command line in this process.</summary>
    internal static async Task<GridResult> RunAsync(string[] arguments)
    {
        using var stop = new StopSignals();
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await GridCommands.RunAsync(arguments, new Terminal(output, error), stop);
        return new(code, output.ToString(), error.ToString());
    }
}
