using System.CommandLine;
using Longer.Grid.Grains;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid run</c>: a whole grid in one process, until it is told to stop.</summary>
internal static class RunCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal, Action<IServiceCollection>? exchange)
    {
        var data = SharedOptions.Data();
        data.Required = false;
        var seat = new SeatOptions();
        var reencodeShare = SharedOptions.Number(
            "--reencode-share", "Part of a background thread's time that users' states are computed anew in after a push; less is gentler and takes longer", ServingOptions.DefaultReencodingShare, 0.01, 1);
        var guard = new GuardCommandOptions();
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
        var concurrentScores = SharedOptions.Number(
            "--concurrent-scores", "Scores under way at once over --http; more are refused before they are read", new GridHostOptions().ConcurrentScores, 1, int.MaxValue);
        var retain = SharedOptions.RetainEvents();
        var outcomeRetention = SharedOptions.OutcomeRetention();
        var allowUnauthenticated = new Option<bool>("--allow-unauthenticated") { Description = "Serve anyone who reaches an address that is not loopback" };
        var unsafeDurability = new Option<bool>("--unsafe-durability") { Description = "Acknowledge events that a power loss may still take; faster" };

        var command = new Command("run", "Serve a grid from one process, its state in one folder (--data); or be part of a cluster (--cluster)")
        {
            data, http, model, kvMemory, kvStorage, device, workers, concurrentScores, reencodeShare, retain, outcomeRetention, allowUnauthenticated, unsafeDurability,
        };
        guard.AddTo(command);
        seat.AddTo(command);
#if LONGER_TRAINING
        var learning = new LearningOptions();
        learning.AddTo(command);
#endif
        command.SetAction((parsed, stop) =>
        {
            // The environment may name a cluster for other commands: a folder that is given counts.
            var folder = parsed.GetValue(data);
            var cluster = folder is null || parsed.GetResult(seat.Cluster) is not null ? seat.Of(parsed) : null;
            if ((folder is null) == (cluster is null))
            {
                throw new CommandException("run takes one of --data DIR (a grid of this process alone) and --cluster CONNECTION (part of a cluster)") { ExitCode = ExitCodes.Usage };
            }

            var address = parsed.GetRequiredValue(http);
            address.RequireLoopback(unless: parsed.GetValue(allowUnauthenticated));
#if LONGER_TRAINING
            var training = learning.Of(parsed, cluster?.Roles ?? (SiloRole.Serve | SiloRole.Gateway | SiloRole.Train));
            var endsTraining = cluster is null && learning.Ends(parsed);
#endif
            return ServeAsync(
                terminal,
                folder,
                held => new GridHostOptions
                {
                    Data = held,
                    Cluster = cluster,
                    Http = cluster is null || cluster.Roles.HasFlag(SiloRole.Gateway) ? address : null,
                    Model = parsed.GetValue(model) is { } given ? new ModelFolder(given) : null,
                    KvBudgetBytes = parsed.GetValue(kvMemory),
                    KvStorage = parsed.GetValue(kvStorage),
                    Device = parsed.GetRequiredValue(device),
                    Workers = parsed.GetResult(workers) is null ? null : parsed.GetValue(workers),
                    ConcurrentScores = parsed.GetValue(concurrentScores),
                    Retention = parsed.GetValue(retain),
                    OutcomeRetention = parsed.GetValue(outcomeRetention),
                    Guard = guard.Of(parsed),
                    ReencodingShare = parsed.GetValue(reencodeShare),
                    AllowUnauthenticated = parsed.GetValue(allowUnauthenticated),
                    UnsafeDurability = parsed.GetValue(unsafeDurability),
#if LONGER_TRAINING
                    Training = training,
                    EndsTraining = endsTraining,
#endif
                    Verbose = terminal.Verbose,
                    Exchange = exchange,
                },
                stop);
        });
        return command;
    }

    private static async Task<int> ServeAsync(Terminal terminal, DirectoryInfo? data, Func<DataDirectory?, GridHostOptions> optionsFor, CancellationToken stop)
    {
        using var held = data is null ? null : DataDirectory.Take(data);
        var options = optionsFor(held);
        try
        {
            await using var grid = await GridHost.StartAsync(options, stop);
            Tell(terminal, options, grid, await ActiveAsync(grid, stop));
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, grid.DrainAsked);
            await end.Token.WhenCancelledAsync();
            terminal.Line(options.Cluster is null ? "Stopping: answering what was asked." : "Stopping: moving users to other silos, and answering what was asked.");
            await grid.StopAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while it started: nothing was served, nothing is lost.
        }

        return ExitCodes.Done;
    }

    private static async Task<string?> ActiveAsync(GridHost grid, CancellationToken stop)
    {
        try
        {
            return (await grid.Grains.GetGrain<IModelRegistryGrain>(0).ListAsync(stop)).Active;
        }
        catch (Exception e) when (e is GridException or OrleansException or TimeoutException)
        {
            // A gateway that has come before the first serving silo.
            return null;
        }
    }

    private static void Tell(Terminal terminal, GridHostOptions options, GridHost grid, string? active)
    {
        var url = options.Http is null ? null : grid.Url.AbsoluteUri.TrimEnd('/');
        var serves = options.Cluster is null || options.Cluster.Roles.HasFlag(SiloRole.Serve);
        terminal.Line(serves || url is not null ? "Longer.Grid is serving. Ctrl-C stops it." : "Longer.Grid is in the cluster. Ctrl-C stops it.");
        if (url is not null)
        {
            terminal.Line($"  address  {url}");
        }

        if (options.Cluster is { } seat)
        {
            terminal.Line($"  cluster  {seat.ClusterId}, as {seat.Roles.ToString().ToLowerInvariant()}; silo {seat.Silo}, clients at port {seat.ClientPort}");
        }
        else
        {
            terminal.Line($"  data     {options.Data!.Path}{(options.UnsafeDurability ? " (unsafe durability: a power loss may take acknowledged events)" : "")}");
        }

        if (serves)
        {
            terminal.Line($"  device   {options.Device}, {ByteSize.Text(options.KvBudgetBytes)} for attention states");
        }

        terminal.Line($"  model    {active ?? $"none yet: publish one with longer-grid publish --url {url ?? "URL"} --model DIR --activate"}");
    }
}
