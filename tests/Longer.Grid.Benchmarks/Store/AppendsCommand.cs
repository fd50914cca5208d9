using System.CommandLine;
using Longer.Grid.Grains;
using Longer.Grid.Grains.Tests;
using GridOptions = Longer.Grid.Silo.SharedOptions;

namespace Longer.Grid.Benchmarks;

/// <summary><c>appends</c>: how many events a second one PostgreSQL takes with fsync on, through one silo's store and through the users' grains.</summary>
internal static class AppendsCommand
{
    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var callers = GridOptions.Number("--callers", "Callers that append at once", 64, 1, 4_096);
        var batch = GridOptions.Number("--batch", "Events of an append", 10, 1, 10_000);
        var users = GridOptions.Number("--users", "Users who are appended to in turn", 6_400, 1, 1_000_000);
        var seconds = GridOptions.Number("--seconds", "How long each way is measured, after two seconds that do not count", 10, 1, 3_600);
        var output = SharedOptions.Output("appends");
        var command = new Command("appends", "Events a second into one PostgreSQL of its own with fsync on, and what limits them") { callers, batch, users, seconds, output };
        command.SetAction((parsed, stop) => RunAsync(
            new AppendLoad(parsed.GetValue(callers), parsed.GetValue(batch), parsed.GetValue(users), TimeSpan.FromSeconds(parsed.GetValue(seconds))), parsed.GetValue(output)!, stop));
        return command;
    }

    private static async Task RunAsync(AppendLoad load, FileInfo output, CancellationToken stop)
    {
        using var server = new LocalPostgreSql();
        server.Create();
        var rows = new List<AppendFigures>();
        foreach (var way in new[] { "the store", "grains" })
        {
            var database = GridDatabase.Shared(server.NewDatabase());
            GridSchema.Migrate(database);
            var wal = new WalFigures(database.ConnectionString);
            await using IAppendTarget target = way == "grains" ? await GrainTarget.StartAsync(database, stop) : new StoreTarget(database);
            rows.Add(await load.RunAsync(way, target, wal, stop));
        }

        BenchReport.Print(
            $"appends: {load.Callers} callers, {load.Batch} events each, {load.Users} users, one PostgreSQL on this machine with fsync on",
            ["through", "events/s", "appends/s", "p50 ms", "p99 ms", "groups/s", "writes a group", "ms a group", "writer busy", "WAL syncs/s", "ms a sync", "WAL bytes an event"],
            rows.Select(row => new[]
            {
                row.Way, Texts.Whole(row.EventsPerSecond), Texts.Whole(row.AppendsPerSecond), Texts.Milliseconds(row.MedianSeconds), Texts.Milliseconds(row.SlowSeconds),
                Texts.Whole(row.GroupsPerSecond), Texts.Digits(row.WritesPerGroup), Texts.Milliseconds(row.GroupSeconds), Texts.Percent(row.WriterBusy),
                Texts.Whole(row.SyncsPerSecond), Texts.Milliseconds(row.SyncSeconds), Texts.Whole(row.WalBytesPerEvent),
            }));
        BenchReport.Save(output, new { load.Callers, load.Batch, load.Users, load.Time.TotalSeconds, Figures = rows });
    }
}
