using System.CommandLine;
using System.Globalization;
using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid import</c>: loads histories in bulk into the store that <c>run</c> serves from.</summary>
internal static class ImportCommand
{
    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var folder = SharedOptions.Data();
        var data = new DataOptions();
        data.Events.Required = true;
        data.Schema.Required = true;
        var retain = SharedOptions.RetainEvents();
        var command = new Command("import", "Load events, and impressions as outcomes, into a grid's folder; safe to run again") { folder, data.Events, data.Impressions, data.Schema, retain };
        command.SetAction((parsed, stop) => RunAsync(terminal, data, parsed, parsed.GetRequiredValue(folder), parsed.GetValue(retain), stop));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, DataOptions data, ParseResult parsed, DirectoryInfo folder, Retention? retention, CancellationToken stop)
    {
        using var held = DataDirectory.Take(folder);
        var log = await terminal.WithProgressAsync("read", bar => Task.Run(() => data.ReadEvents(parsed, bar), stop).WaitAsync(stop));
        var (shown, tasks) = data.HasImpressions(parsed)
            ? await terminal.WithProgressAsync("read impressions", bar => Task.Run(() => data.ReadImpressions(parsed, bar), stop).WaitAsync(stop))
            : ([], []);
        await using var grid = await GridHost.StartAsync(new GridHostOptions { Data = held, Retention = retention, Verbose = terminal.Verbose }, stop);
        var accepted = await terminal.WithProgressAsync(
            "import", bar => new Importer(grid.Grains).ImportAsync([.. log.Users.Select(u => new UserEvents(u.UserId, u.Events))], bar, stop));
        var outcomes = shown.Select(request => ImpressionOutcomes.Of(request, tasks)).OfType<Outcome>().ToList();
        var kept = outcomes.Count > 0 ? await terminal.WithProgressAsync("import outcomes", bar => new Importer(grid.Grains).ImportAsync(outcomes, bar, stop)) : 0;
        await grid.StopAsync();

        var rows = log.Report.Rows;
        terminal.Line(
            $"{Figures.Whole(rows)} rows read, {Figures.Whole(log.Report.Users)} users: "
            + $"{Figures.Whole(accepted)} events accepted, {Figures.Whole(rows - accepted)} repeats dropped");
        if (data.HasImpressions(parsed))
        {
            terminal.Line(
                $"{Figures.Whole(shown.Count)} impressions read: {Figures.Whole(kept)} outcomes accepted, {Figures.Whole(outcomes.Count - kept)} repeats dropped, "
                + $"{Figures.Whole(shown.Count - outcomes.Count)} without a label");
        }

        var size = StoreSize.Read(GridDatabase.Embedded(held.Path));
        terminal.Line(
            $"The store keeps {Figures.Whole(size.Events)} events in {Figures.Whole(size.SegmentBytes)} bytes of segments: "
            + $"{size.BytesPerEvent.ToString("0.0", CultureInfo.InvariantCulture)} bytes an event");
        return ExitCodes.Done;
    }
}
