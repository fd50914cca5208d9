using System.Net;
using System.Net.Sockets;

namespace Longer.Grid.Cluster.Tests;

public sealed class RunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_grid_without_a_model_says_how_to_publish_one_and_takes_events()
    {
        using var folder = new TemporaryFolder();
        using var grid = await RunningGrid.StartAsync(folder.Path);

        Assert.Contains("none yet: publish one with longer-grid publish", grid.Command.Output, StringComparison.Ordinal);
        Assert.Equal(1, await grid.AppendAsync("u", [new("i", "play", 1_700_000_000_000, new Dictionary<string, string>())], Token));
        Assert.Equal(HttpStatusCode.OK, (await grid.Http.GetAsync("health/ready", Token)).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signal_stops_it_with_exit_code_0_and_no_word_on_standard_error(bool terminate)
    {
        using var folder = new TemporaryFolder();
        using var grid = await RunningGrid.StartAsync(folder.Path);

        if (terminate)
        {
            grid.Command.Terminate();
        }
        else
        {
            grid.Command.Interrupt();
        }

        Assert.Empty((await grid.Command.EndAsync()).ShouldExitWith(0).Error);
    }

    [Fact]
    public async Task Two_grids_run_beside_each_other()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        using var one = await RunningGrid.StartAsync(first.Path);
        using var other = await RunningGrid.StartAsync(second.Path);

        await one.AppendAsync("u", [new("i", "play", 1_700_000_000_000, new Dictionary<string, string>())], Token);

        Assert.Single(await one.HistoryAsync("u"));
        Assert.Empty(await other.HistoryAsync("u"));
    }

    [Fact]
    public async Task A_folder_serves_one_process_at_a_time()
    {
        using var folder = new TemporaryFolder();
        using var grid = await RunningGrid.StartAsync(folder.Path);

        var run = (await GridCommand.RunAsync("run", "--data", folder.Path, "--http", "http://127.0.0.1:0")).ShouldFailInOneLine();
        Assert.Contains(folder.Path, run, StringComparison.Ordinal);
        Assert.Contains("in use by another longer-grid process", run, StringComparison.Ordinal);

        await grid.StopAsync();
        using var next = await RunningGrid.StartAsync(folder.Path);
        Assert.Empty(await next.HistoryAsync("u"));
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var line = (await GridCommand.RunAsync("run", "--data", folder.Path, "--http", $"http://127.0.0.1:{port}")).ShouldFailInOneLine();

        Assert.Contains($"port {port} is in use", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_one_is_named()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "", Token);

        var line = (await GridCommand.RunAsync("run", "--data", folder["file"], "--http", "http://127.0.0.1:0")).ShouldFailInOneLine();

        Assert.Contains(folder["file"], line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_folder_without_weights_is_named()
    {
        using var folder = new TemporaryFolder();
        ModelFiles.Write(folder["model"], seed: 1);
        File.Delete(Path.Combine(folder["model"], "weights.safetensors"));

        var line = (await GridCommand.RunAsync("run", "--data", folder["data"], "--http", "http://127.0.0.1:0", "--model", folder["model"])).ShouldFailInOneLine();

        Assert.Contains("weights.safetensors", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_model_stops_the_start_and_every_problem_is_named()
    {
        using var folder = new TemporaryFolder();
        ModelFiles.Write(folder["model"], seed: 1);
        await File.WriteAllTextAsync(Path.Combine(folder["model"], "config.json"), """{ "format": 2 }""", Token);

        var line = (await GridCommand.RunAsync("run", "--data", folder["data"], "--http", "http://127.0.0.1:0", "--model", folder["model"])).ShouldFailInOneLine();

        Assert.Contains("config.json", line, StringComparison.Ordinal);
        Assert.Contains("max_events", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_none_is_named()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["grid.db"], string.Join(' ', Enumerable.Repeat("not a database", 1_000)), Token);

        var line = (await GridCommand.RunAsync("run", "--data", folder.Path, "--http", "http://127.0.0.1:0")).ShouldFailInOneLine();

        Assert.Contains(folder.Path, line, StringComparison.Ordinal);
        Assert.Contains("not a database", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_this_build_cannot_use_is_named()
    {
        using var folder = new TemporaryFolder();

        var line = (await GridCommand.RunAsync("run", "--data", folder.Path, "--http", "http://127.0.0.1:0", "--device", "cuda:63")).ShouldFailInOneLine();

        Assert.Contains("--device cuda:63", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_memory_for_the_active_model_is_told_with_both_numbers()
    {
        using var folder = new TemporaryFolder();
        ModelFiles.Write(folder["model"], seed: 1);
        using (var grid = await RunningGrid.StartAsync(folder["data"], "--model", folder["model"]))
        {
            await grid.StopAsync();
        }

        // The registry logs it too, at the time that it happens.
        var refused = (await GridCommand.RunAsync("run", "--data", folder["data"], "--http", "http://127.0.0.1:0", "--kv-memory", "1KiB")).ShouldExitWith(1);

        var told = refused.Error.Split('\n').Last(line => line.StartsWith("longer-grid: --kv-memory", StringComparison.Ordinal));
        Assert.Contains("1,024 bytes", told, StringComparison.Ordinal);
        Assert.Matches("at least [0-9,]{4,}", told);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }
}
