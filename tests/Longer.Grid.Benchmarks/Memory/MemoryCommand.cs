using System.CommandLine;
using Longer.Grid.Model;
using GridOptions = Longer.Grid.Silo.SharedOptions;

namespace Longer.Grid.Benchmarks;

/// <summary><c>memory</c>: what a resident user takes.</summary>
internal static class MemoryCommand
{
    private const int FullWindow = 10_000;

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("memory");
        var command = new Command("memory", "Bytes of a resident user on the device and on the host, and of a grid's process with many of them");
        var events = new Option<int>("--events") { Description = "Events of each of the many; one user has 10,000", DefaultValueFactory = _ => 1_000 };
        var budget = new Option<long>("--kv-memory") { Description = "The budget of K/V memory, in MiB", DefaultValueFactory = _ => 4_096 };
        var storage = GridOptions.KvStorage();
        command.Add(events);
        command.Add(budget);
        command.Add(storage);
        shared.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var options = shared.Of(parsed);
            var engine = new EngineOptions { Workers = options.Workers, KvBudgetBytes = parsed.GetValue(budget) << 20, KvStorage = parsed.GetValue(storage) };
            return RunAsync(options, engine, parsed.GetValue(events), stop);
        });
        return command;
    }

    private static async Task RunAsync(BenchOptions options, EngineOptions engine, int events, CancellationToken stop)
    {
        var rows = new List<MemoryFigures>();

        // One user with a full window, in a grid that nobody else is in; then many in another one, after which a process never is as small.
        await using (var alone = await GridUsers.StartAsync(engine, FullWindow, stop))
        {
            rows.Add(await alone.GrowToAsync(1, stop));
        }

        await using (var many = await GridUsers.StartAsync(engine, events, stop))
        {
            foreach (var users in options.Quick ? [1, 100, 500] : new[] { 1, 1_000, 5_000 })
            {
                rows.Add(await many.GrowToAsync(users, stop));
                BenchOptions.Told((double)users / (options.Quick ? 500 : 5_000));
            }
        }

        var fit = engine.KvBudgetBytes / rows[0].DeviceBytes;
        var fitOfMany = engine.KvBudgetBytes / rows[^1].DeviceBytes;
        BenchReport.Print(
            $"memory: grains of a grid in this process, two side features, K/V rings {GridOptions.NameOf(engine.KvStorage)}, budget {Texts.Whole(engine.KvBudgetBytes)} bytes",
            ["users", "L", "device bytes a user", "host bytes a user", "K/V bytes in use", "with a state", "process MiB"],
            rows.Select(row => new[]
            {
                Texts.Whole(row.Users), Texts.Whole(row.Events), Texts.Whole(row.DeviceBytes), Texts.Whole(row.HostBytes), Texts.Whole(row.KvBytes), Texts.Whole(row.Resident),
                Texts.Whole(row.ProcessBytes >> 20),
            }));
        Console.WriteLine($"{Texts.Whole(fit)} users of {Texts.Whole(FullWindow)} events fit the budget at once, {Texts.Whole(fitOfMany)} of {Texts.Whole(events)}.");
        BenchReport.Save(options, engine.KvStorage, null, new
        {
            Rows = rows,
            engine.KvBudgetBytes,
            FitOfFullWindow = fit,
            FitOfTheMany = fitOfMany,
        });
    }
}
