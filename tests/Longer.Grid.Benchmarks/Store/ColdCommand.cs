using System.Collections.Frozen;
using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Longer.Grid.Grains;
using Longer.Grid.Grains.Tests;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary><c>cold</c>: a user of a full window from the store to the first score, beside a prefill in the same rounds.</summary>
internal static class ColdCommand
{
    private const int Events = 10_000;
    private const string UserId = "cold";

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("cold");
        var command = new Command("cold", "From the store to the first score of a user of 10,000 events, beside a prefill, on SQLite and PostgreSQL");
        shared.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(shared.Of(parsed), stop));
        return command;
    }

    private static async Task RunAsync(BenchOptions options, CancellationToken stop)
    {
        var config = BenchModel.Config();
        using var weights = new MemoryStream();
        SafetensorsFile.Write(weights, BenchModel.Weights(config));
        weights.Position = 0;
        using var device = new InferenceDevice(new EngineOptions { Workers = 1 }, TimeProvider.System);
        await using var engine = new LongerEngine(device, ModelPackage.Load(LongerConfigJson.Write(config), weights));
        using var provider = new DeviceProvider(new EngineOptions().Device);
        using var bench = new EngineBench(provider, config, KvStorage.Full);
        using var server = new LocalPostgreSql();
        server.Create();
        var folder = Directory.CreateTempSubdirectory("longer-bench-");
        using var sqlite = await StoreAsync(GridDatabase.Embedded(folder.FullName));
        using var postgreSql = await StoreAsync(GridDatabase.Shared(server.NewDatabase()));

        var interleaved = new Interleaved(1, options.Rounds, options.AtLeast);
        var prefill = bench.AddTo(interleaved, 1, Events, []).Keys.First();
        interleaved.Add("SQLite", _ => Cold(sqlite));
        interleaved.Add("PostgreSQL", _ => Cold(postgreSql));
        var seconds = interleaved.Run(BenchOptions.Told);
        var rows = new[] { prefill, "SQLite", "PostgreSQL" }.Select(way => (
            Way: way, Seconds: Spread.Of(seconds[way]), OfPrefill: Spread.Of(seconds[way].Zip(seconds[prefill], (cold, one) => cold / one)))).ToList();
        BenchReport.Print(
            $"cold: store to first score of a user of {Events:N0} events, one caller, {options.Rounds} rounds",
            ["from", "ms", "10 %", "90 %", "times a prefill", "10 %", "90 %"],
            rows.Select(row => new[]
            {
                row.Way, Texts.Milliseconds(row.Seconds.Median), Texts.Milliseconds(row.Seconds.Low), Texts.Milliseconds(row.Seconds.High),
                Texts.Digits(row.OfPrefill.Median), Texts.Digits(row.OfPrefill.Low), Texts.Digits(row.OfPrefill.High),
            }));
        BenchReport.Save(options, KvStorage.Full, null, rows.Select(row => new { row.Way, row.Seconds, row.OfPrefill }));
        sqlite.Dispose();
        folder.Delete(recursive: true);

        // What the grain of a user who is not in memory does, and no more: the head, the right to write, the newest segments, and a score.
        void Cold(BehaviorStore store) => ColdAsync(store).GetAwaiter().GetResult();

        async Task ColdAsync(BehaviorStore store)
        {
            await store.ReadHeadAsync(UserId);
            var life = await UserLife.LoadAsync(
                store, UserId, await store.OpenAsync(UserId), config.RetainedEvents, config.Sides.Select(side => side.Name).ToFrozenSet(StringComparer.Ordinal));
            using var kv = engine.CreateUser();
            await engine.ScoreAsync(kv, life.Input, BenchUser.Candidates(1, 1), BenchUser.NowMs, Deadline.After(TimeProvider.System, TimeSpan.FromMinutes(1)), stop);
        }
    }

    private static async Task<BehaviorStore> StoreAsync(GridDatabase database)
    {
        GridSchema.Migrate(database);
        var store = new BehaviorStore(database, unsafeDurability: false, TimeProvider.System);
        var history = BenchUser.History(1, Events).Snapshot();
        ImmutableArray<BehaviorEvent> events = [.. Enumerable.Range(0, Events).Select(i => new BehaviorEvent(
            Text(history.ItemKey(i)), history.Action(i), history.AtMs(i),
            [new("artist", Text(history.SideKey("artist", i)!.Value)), new("genre", Text(history.SideKey("genre", i)!.Value))]))];
        var head = await store.OpenAsync(UserId);
        await store.WriteAsync(UserId, head.Epoch, 0, Events, replaces: false, UserLife.SegmentsOf(events));
        return store;
    }

    private static string Text(ulong key) => key.ToString(CultureInfo.InvariantCulture);
}
