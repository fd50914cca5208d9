using System.CommandLine;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>What a demonstration is made of: files, clones, or simulated users.</summary>
internal sealed class DemoData
{
    /// <summary>A simulated world that is small enough to import and to learn within the demonstration's time.</summary>
    public static InterestSimulation Simulated { get; } = new() { Users = 400, EventsPerUser = 3000, QuietEvents = 1200 };

    private readonly DataOptions _files = new();

    private readonly Option<string[]> _git = new("--git")
    {
        Description = "Local clones, whose histories are the behaviours: contributors are users, files are items",
        HelpName = "PATH",
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_files.Events);
        command.Add(_files.Impressions);
        command.Add(_files.Schema);
        command.Add(_git);
        command.Validators.Add(result =>
        {
            var (events, impressions, schema) = (Given(_files.Events), Given(_files.Impressions), Given(_files.Schema));
            if (Given(_git) && (events || impressions || schema))
            {
                result.AddError("--git makes its own events and schema; accepted is --git, or --events with --schema, or neither");
            }
            else if (events != schema || (impressions && !events))
            {
                result.AddError("files are given by --events and --schema together, and --impressions only with them");
            }

            bool Given(Option option) => result.GetResult(option) is not null;
        });
    }

    /// <summary>Reads or makes the data, and says in a line what it is.</summary>
    public async Task<DemoInput> ReadAsync(Terminal terminal, ParseResult parsed, CancellationToken stop)
    {
        if (parsed.GetValue(_git) is { Length: > 0 } clones)
        {
            var history = await terminal.WithProgressAsync("read", bar => Task.Run(
                () => GitHistory.Read(
                    clones, new GitHistoryOptions(), TimeProvider.System, new Told<ReadProgress>(read => bar.Report(0, $"{Figures.Whole(read.Rows)} commits"))),
                stop).WaitAsync(stop));
            terminal.Line(history.Report.ToString());
            return new(history.Data, new ModelShape(), new TrainingOptions());
        }

        return parsed.GetValue(_files.Events) is { Length: > 0 }
            ? new(await terminal.WithProgressAsync("read", bar => Task.Run(() => _files.Read(parsed, bar), stop).WaitAsync(stop)), new ModelShape(), new TrainingOptions())
            : new(await terminal.WithProgressAsync("simulate", bar => Task.Run(() => InterestSimulator.Simulate(Simulated).Data, stop).WaitAsync(stop)), LengthStudy.Shape, LengthStudy.Fit);
    }
}
