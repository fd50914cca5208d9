using System.CommandLine;
using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid run</c>: a whole grid in one process, until it is told to stop.</summary>
internal static class RunCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var data = SharedOptions.Data();
        var http = SharedOptions.Http(DefaultUrl);
        var model = new Option<DirectoryInfo>("--model")
        {
            Description = $"Folder of a model to publish and activate before serving; without it, the last active one serves",
            HelpName = "DIR",
        };
        var kvMemory = SharedOptions.KvMemory();
        var kvStorage = SharedOptions.KvStorage();
        var device = SharedOptions.Device();
        var workers = SharedOptions.Workers();
        var allowUnauthenticated = new Option<bool>("--allow-unauthenticated") { Description = "Serve anyone who reaches an address that is not loopback" };
        var unsafeDurability = new Option<bool>("--unsafe-durability") { Description = "Acknowledge events that a power loss may still take; faster" };

        var command = new Command("run", "Serve a grid from one process, its state in one folder")
        {
            data, http, model, kvMemory, kvStorage, device, workers, allowUnauthenticated, unsafeDurability,
        };
        command.SetAction((parsed, stop) =>
        {
            var address = parsed.GetRequiredValue(http);
            address.RequireLoopback(unless: parsed.GetValue(allowUnauthenticated));
            var folder = parsed.GetValue(model) is { } given ? new ModelFolder(given) : null;
            return ServeAsync(
                terminal,
                parsed.GetRequiredValue(data),
                held => new GridHostOptions
                {
                    Data = held,
                    Http = address,
                    Model = folder,
                    KvBudgetBytes = parsed.GetValue(kvMemory),
                    KvStorage = parsed.GetValue(kvStorage),
                    Device = parsed.GetRequiredValue(device),
                    Workers = parsed.GetResult(workers) is null ? null : parsed.GetValue(workers),
                    AllowUnauthenticated = parsed.GetValue(allowUnauthenticated),
                    UnsafeDurability = parsed.GetValue(unsafeDurability),
                    Verbose = terminal.Verbose,
                },
                stop);
        });
        return command;
    }

    private static async Task<int> ServeAsync(Terminal terminal, DirectoryInfo data, Func<DataDirectory, GridHostOptions> optionsFor, CancellationToken stop)
    {
        using var held = DataDirectory.Take(data);
        var options = optionsFor(held);
        try
        {
            await using var grid = await GridHost.StartAsync(options, stop);
            var active = (await grid.Grains.GetGrain<IModelRegistryGrain>(0).ListAsync(stop)).Active;
            terminal.Line("Longer.Grid is serving. Ctrl-C stops it.");
            terminal.Line($"  address  {grid.Url.AbsoluteUri.TrimEnd('/')}");
            terminal.Line($"  data     {held.Path}{(options.UnsafeDurability ? " (unsafe durability: a power loss may take acknowledged events)" : "")}");
            terminal.Line($"  device   {options.Device}, {ByteSize.Text(options.KvBudgetBytes)} for attention states");
            terminal.Line($"  model    {active ?? $"none yet: publish one with longer-grid publish --url {grid.Url.AbsoluteUri.TrimEnd('/')} --model DIR --activate"}");
            await stop.WhenCancelledAsync();
            terminal.Line("Stopping: answering what was asked.");
            await grid.StopAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while it started: nothing was served, nothing is lost.
        }

        return ExitCodes.Done;
    }
}
