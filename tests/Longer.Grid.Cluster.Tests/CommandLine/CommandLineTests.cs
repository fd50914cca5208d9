namespace Longer.Grid.Cluster.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_lists_the_commands_and_exits_with_0()
    {
        var help = (await GridCommand.RunAsync("--help")).ShouldExitWith(0);

        Assert.Contains("run ", help.Output, StringComparison.Ordinal);
        Assert.Contains("publish ", help.Output, StringComparison.Ordinal);
        Assert.Contains("import ", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("demo")]
    public async Task Help_shows_each_default_once_as_it_is_typed(string command)
    {
        var help = (await GridCommand.RunAsync(command, "--help")).ShouldExitWith(0);

        var options = help.Output[help.Output.IndexOf("Options:", StringComparison.Ordinal)..].Split("\n  -");
        Assert.Contains(options, option => option.Contains("[default: ", StringComparison.Ordinal));
        Assert.All(options, option => Assert.InRange(option.Split("[default: ").Length, 1, 2));
        Assert.DoesNotContain("2147483648", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-command", "no-such-command")]
    [InlineData("run", "--data")]
    [InlineData("run --data x --http ftp://127.0.0.1:1", "ftp://127.0.0.1:1")]
    [InlineData("run --data x --http http://127.0.0.1:99999", "99999")]
    [InlineData("run --data x --http http://example.org:80", "example.org")]
    [InlineData("run --data x --kv-memory 2GB", "2GB")]
    [InlineData("run --data x --kv-memory -1", "-1")]
    [InlineData("run --data x --device gpu", "gpu")]
    [InlineData("run --data x --workers 0", "--workers 0")]
    [InlineData("run --data x --workers many", "many")]
    [InlineData("run --data x --guard-errors 0", "--guard-errors 0")]
    [InlineData("run --data x --guard-errors 1.1", "--guard-errors 1.1")]
    [InlineData("run --data x --guard-drift on", "--guard-drift on")]
    [InlineData("run --data x --guard-log-loss -1", "--guard-log-loss")]
    [InlineData("run --data x --guard-least 0", "--guard-least 0")]
    [InlineData("run --data x --guard-window 10", "--guard-window 10")]
    [InlineData("run --data x --colour", "--colour")]
    [InlineData("run --data x --train-every often", "--train-every often: accepted is off, or ")]
    [InlineData("run --data x --train-time 0s", "--train-time 0s: accepted is ")]
    [InlineData("run --data x --train-share 0", "--train-share 0: accepted is 0.01 to 1")]
    [InlineData("run --data x --train-margin 2", "--train-margin 2: accepted is -1 to 1")]
    [InlineData("run --data x --train-least 1", "--train-least 1: accepted is 2 to 5000")]
    [InlineData("run --data x --label-actions taken=buy", "--label-actions taken=buy: accepted is TASK=")]
    [InlineData("run --data x --label-actions taken=buy,like/skip,buy", "--label-actions taken=buy,like/skip,buy: accepted is TASK=")]
    [InlineData("run --cluster Host=127.0.0.1;Port=1 --roles serve --train-every 1m", "--train-every is for a process that trains")]
    [InlineData("publish --url 127.0.0.1:5080 --model x", "127.0.0.1:5080")]
    public async Task A_wrong_command_line_is_refused_by_name_with_exit_code_2(string line, string named)
    {
        var result = (await GridCommand.RunAsync(line.Split(' '))).ShouldExitWith(2);

        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://192.0.2.1:0")]
    public async Task An_address_that_other_machines_reach_needs_the_callers_word(string address)
    {
        using var folder = new TemporaryFolder();

        var refused = (await GridCommand.RunAsync("run", "--data", folder.Path, "--http", address)).ShouldExitWith(2);

        Assert.Contains("--allow-unauthenticated", refused.Error, StringComparison.Ordinal);
        Assert.Contains(address.Split('/')[2].Split(':')[0], refused.Error, StringComparison.Ordinal);
    }
}
