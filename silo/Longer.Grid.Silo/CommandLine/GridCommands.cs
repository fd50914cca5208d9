using System.CommandLine;
using System.CommandLine.Help;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.Silo;

/// <summary>The command line: all commands, and what becomes of their errors.</summary>
internal static class GridCommands
{
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Show logs and full error traces", Recursive = true };

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="terminal">Where the command tells what it does.</param>
    /// <param name="stop">Ends the command.</param>
    /// <param name="exchange">Has the last word on a serving process's services; a test's program puts its own in their place.</param>
    /// <returns>An <see cref="ExitCodes">exit code</see>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, StopSignals stop, Action<IServiceCollection>? exchange = null)
    {
        var parsed = Root(terminal, exchange).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Fail(error.Message);
            }

            terminal.Fail($"try: longer-grid{(parsed.CommandResult.Command is RootCommand ? "" : " " + parsed.CommandResult.Command.Name)} --help");
            return ExitCodes.Usage;
        }

        if (parsed.Action is HelpAction)
        {
            parsed.CommandResult.Command.Options.OfType<ITypedOption>().ToList().ForEach(option => option.HideValue());
        }

        terminal.Verbose = parsed.GetValue(Verbose);
        try
        {
            // The signals are ours, so that a command stops once and in its own order.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(invocation, stop.Token);
        }
#pragma warning disable CA1031 // Whatever breaks because it was told to stop: a call, or a program that Ctrl-C reached as well.
        catch (Exception e) when (stop.Token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            terminal.Fail("stopped before it was done", e);
            return ExitCodes.Interrupted;
        }
        catch (CommandException e)
        {
            terminal.Fail(e.Message, e);
            return e.ExitCode;
        }
#pragma warning disable CA1031 // The last one to see it: every other error becomes a line and an exit code here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            terminal.Fail(FailureText.Of(e), e);
            return ExitCodes.Failed;
        }
    }

    /// <summary>All commands.</summary>
    public static RootCommand Root(Terminal terminal, Action<IServiceCollection>? exchange = null)
    {
        var root = new RootCommand(Description)
        {
            Verbose,
            RunCommand.Create(terminal, exchange),
            MigrateCommand.Create(terminal),
            PublishCommand.Create(terminal),
            PlanCommand.Create(terminal),
        };
#if LONGER_TRAINING
        LearningCommands.AddTo(root, terminal);
#endif
        return root;
    }

#if LONGER_TRAINING
    private const string Description = "Longer.Grid: keeps users' long behaviour histories and scores candidates against them with a LONGER model.";
#else
    private const string Description =
        "Longer.Grid: keeps users' long behaviour histories and scores candidates against them with a LONGER model. "
        + "This is the serving build: import, train, evaluate and demo are in the full build only.";
#endif
}
