using System.CommandLine;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid plan</c>: what a grid needs for its users, with the arithmetic (docs/sizing.md).</summary>
internal static class PlanCommand
{
    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var options = new PlanOptions();
        var simulate = SharedOptions.Number("--simulate", "Requests of one device's users to try the residency out with; 0 is none", 0L, 0, 1_000_000_000);
        var seed = new Option<int>("--seed") { Description = "Seed of those requests", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print the figures as JSON" };
        var command = new Command("plan", "Compute devices, silos, memory and store for a number of users") { simulate, seed, json };
        options.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(terminal, options.Of(parsed), parsed.GetValue(simulate), parsed.GetValue(seed), parsed.GetValue(json), stop)));
        return command;
    }

    private static int Run(Terminal terminal, PlanInput input, long simulate, int seed, bool json, CancellationToken stop)
    {
        var plan = new GridPlan(input);
        var simulation = simulate > 0 ? PlanSimulation.Run(plan, simulate, seed, stop) : null;
        if (json)
        {
            PlanReport.PrintJson(terminal, plan, simulation);
        }
        else
        {
            PlanReport.Print(terminal, plan, simulation);
        }

        return ExitCodes.Done;
    }
}
