using System.CommandLine;
using System.Diagnostics;
using Longer.Grid.Model;
using GridOptions = Longer.Grid.Silo.SharedOptions;

namespace Longer.Grid.Benchmarks;

/// <summary><c>memory</c>: what a resident user takes.</summary>
internal static class MemoryCommand
{
    private const int Events = 10_000;

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("memory");
        var command = new Command("memory", "Bytes of a resident user on the device and on the host, and of the process with many of them");
        var storage = GridOptions.KvStorage();
        command.Add(storage);
        shared.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(shared.Of(parsed), parsed.GetValue(storage)));
        return command;
    }

    private static async Task RunAsync(BenchOptions options, KvStorage storage)
    {
        var engineOptions = new EngineOptions { Workers = options.Workers, KvStorage = storage };
        var config = BenchModel.Config();
        var package = Package(config);
        using var device = new InferenceDevice(engineOptions, TimeProvider.System);
        await using var engine = new LongerEngine(device, package);
        var users = new List<(EventHistory History, UserKv Kv)>();
        var rows = new List<MemoryFigures>();
        var asked = BenchUser.Candidates(1, 1);
        foreach (var count in options.Quick ? [1, 100, 500] : new[] { 1, 1_000, 5_000 })
        {
            while (users.Count < count)
            {
                var batch = Enumerable.Range(users.Count, Math.Min(options.Workers, count - users.Count)).Select(async seed =>
                {
                    var (history, kv) = (BenchUser.History(seed, Events), engine.CreateUser());
                    var input = new UserInput(history.Snapshot(), new UserFeatures((ulong)seed, new Dictionary<string, ulong>()));
                    await engine.ScoreAsync(kv, input, asked, BenchUser.NowMs, Deadline.None, CancellationToken.None);
                    return (history, kv);
                });
                users.AddRange(await Task.WhenAll(batch));
                BenchOptions.Told((double)users.Count / count);
            }

            GC.Collect();
            var (history, kv) = users[^1];
            rows.Add(new(count, kv.DeviceBytes, history.Bytes, device.Pool.UsedBytes, users.Count(u => u.Kv.IsResident), Process.GetCurrentProcess().WorkingSet64));
        }

        var each = rows[0];
        BenchReport.Print(
            $"memory: L = {Texts.Whole(Events)}, two side features, K/V rings {GridOptions.NameOf(storage)}, budget {Texts.Whole(engineOptions.KvBudgetBytes)} bytes",
            ["users", "device bytes a user", "host bytes a user", "K/V bytes in use", "with a state", "process MiB"],
            rows.Select(row => new[]
            {
                Texts.Whole(row.Users), Texts.Whole(row.DeviceBytes), Texts.Whole(row.HostBytes), Texts.Whole(row.KvBytes), Texts.Whole(row.Resident), Texts.Whole(row.ProcessBytes >> 20),
            }));
        Console.WriteLine($"{Texts.Whole(engineOptions.KvBudgetBytes / each.DeviceBytes)} such users fit the budget at once.");
        BenchReport.Save(options, storage, null, rows);
    }

    private static ModelPackage Package(LongerConfig config)
    {
        var folder = Directory.CreateTempSubdirectory("longer-bench-");
        try
        {
            ModelPackage.Save(folder.FullName, config, BenchModel.Weights(config));
            return ModelPackage.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
