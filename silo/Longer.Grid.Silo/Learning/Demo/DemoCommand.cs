using System.CommandLine;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid demo</c>: the whole job on one machine, from behaviours to live scores.</summary>
internal static class DemoCommand
{
    private const string PreferredUrl = "http://127.0.0.1:5080";

    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var data = new DemoData();
        var folder = new Option<DirectoryInfo>("--data") { Description = "New folder to keep the grid and the model in; without it, both go at the end", HelpName = "DIR" };
        var http = SharedOptions.Http(PreferredUrl);
        http.Description += ", or a free port if that one is taken";
        var trainTime = SharedOptions.Duration("--train-time", "How long to train the first model at most", "150s");
        var kvMemory = SharedOptions.KvMemory();
        var kvStorage = SharedOptions.KvStorage();
        var command = new Command(
            "demo",
            "Import the first part of some behaviours, train a model on it, and replay the rest as live traffic; "
            + "without files or clones, on simulated users with interests that only a long history shows");
        data.AddTo(command);
        command.Add(folder);
        command.Add(http);
        command.Add(trainTime);
        command.Add(kvMemory);
        command.Add(kvStorage);
        command.SetAction(async (parsed, stop) =>
        {
            var address = parsed.GetRequiredValue(http);
            address.RequireLoopback(unless: false);
            if (parsed.GetResult(http)!.Implicit && !FreePort.IsFree(address))
            {
                address = address with { Port = 0 };
            }

            try
            {
                var demo = new Demo(terminal, address, parsed.GetValue(trainTime), parsed.GetValue(kvMemory), parsed.GetValue(kvStorage));
                await demo.RunAsync(() => data.ReadAsync(terminal, parsed, stop), parsed.GetValue(folder), stop);
            }
#pragma warning disable CA1031 // Whatever breaks because it was told to stop.
            catch (Exception) when (stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                // A demonstration may be left at any point: that is no failure.
                terminal.Line("Stopped.");
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
