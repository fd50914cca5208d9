using System.Text;

namespace Longer.Grid.Cluster.Tests;

public sealed class RetainEventsTests
{
    private const int Seed = 31;
    private const int Events = 1_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_keeps_the_newest_events_and_run_again_it_brings_back_none_of_the_others()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder);

        (await ImportAsync(folder, "--retain-events", "300")).ShouldExitWith(0);
        var again = (await ImportAsync(folder)).ShouldExitWith(0);

        Assert.Contains($"0 events accepted, {Events:N0} repeats dropped", again.Output, StringComparison.Ordinal);
        using var grid = await RunningGrid.StartAsync(folder["data"]);
        Assert.Equal(Enumerable.Range(512, Events - 512).Select(i => $"i{i}"), (await grid.HistoryAsync("u")).Select(e => e.ItemId));
    }

    [Fact]
    public async Task A_model_that_reads_more_than_is_kept_is_named_with_both_numbers_before_anything_is_served()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], Seed);

        var line = (await GridCommand.RunAsync("run", "--data", folder["data"], "--http", "http://127.0.0.1:0", "--model", folder["model"], "--retain-events", "10")).ShouldFailInOneLine();

        Assert.Contains($"reads {model.Config.RetainedEvents} ", line, StringComparison.Ordinal);
        Assert.Contains("keeps 10 (--retain-events)", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_events_than_the_active_model_reads_are_refused_and_not_remembered()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], Seed);
        using (var grid = await RunningGrid.StartAsync(folder["data"], "--model", folder["model"]))
        {
            await grid.StopAsync();
        }

        await WriteAsync(folder);

        var line = (await ImportAsync(folder, "--retain-events", "10")).ShouldFailInOneLine();

        Assert.Contains($"reads {model.Config.RetainedEvents} ", line, StringComparison.Ordinal);
        (await ImportAsync(folder)).ShouldExitWith(0);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("some")]
    public async Task A_number_that_cannot_be_kept_is_a_wrong_command_line(string given)
    {
        using var folder = new TemporaryFolder();

        var result = (await GridCommand.RunAsync("run", "--data", folder["data"], "--retain-events", given)).ShouldExitWith(2);

        Assert.Contains($"--retain-events {given}: accepted is all, or", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0d")]
    [InlineData("30")]
    public async Task A_time_for_which_outcomes_cannot_be_kept_is_a_wrong_command_line(string given)
    {
        using var folder = new TemporaryFolder();

        var result = (await GridCommand.RunAsync("run", "--data", folder["data"], "--outcome-retention", given)).ShouldExitWith(2);

        Assert.Contains($"--outcome-retention {given}: accepted is a whole number of days or hours", result.Error, StringComparison.Ordinal);
    }

    private static Task<GridResult> ImportAsync(TemporaryFolder folder, params string[] more) =>
        GridCommand.RunAsync(["import", "--data", folder["data"], "--events", folder["events.csv"], "--schema", folder["schema.json"], .. more]);

    private static async Task WriteAsync(TemporaryFolder folder)
    {
        await File.WriteAllTextAsync(folder["schema.json"], """{ "events": { "user": "who", "item": "what", "action": "did", "at": { "column": "ms", "unit": "ms" } } }""", Token);
        var csv = new StringBuilder("who,what,did,ms\n");
        for (var i = 0; i < Events; i++)
        {
            csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"u,i{i},play,{1_600_000_000_000 + (i / 100 * 1000)}\n");
        }

        await File.WriteAllTextAsync(folder["events.csv"], csv.ToString(), Token);
    }
}
