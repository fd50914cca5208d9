using System.CommandLine;
using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary><c>longer-grid migrate</c>: makes the tables of a cluster's database, or brings them up to date.</summary>
internal static class MigrateCommand
{
    /// <summary>The command, ready to be run.</summary>
    public static Command Create(Terminal terminal)
    {
        var cluster = SharedOptions.Cluster();
        var retain = SharedOptions.RetainEvents();
        var outcomeRetention = SharedOptions.OutcomeRetention();
        var endTraining = new Option<bool>("--end-training") { Description = "Give up what training has kept, for a cluster in which nothing trains any more: no event is kept for it then" };
        var command = new Command("migrate", "Make the tables of a cluster's PostgreSQL database, or bring them up to date; safe to run again, and by several at once")
        {
            cluster, retain, outcomeRetention, endTraining,
        };
        command.SetAction(parsed =>
        {
            var database = SharedOptions.DatabaseOf(parsed, cluster) ?? throw new CommandException("migrate needs --cluster CONNECTION") { ExitCode = ExitCodes.Usage };
            var (from, to, carriedOn) = GridSchema.Migrate(database);
            terminal.Line(from == to ? $"The tables are of version {to} already." : from == 0 ? $"Tables of version {to} made." : $"Tables brought from version {from} to {to}.");
            if (carriedOn)
            {
                terminal.Line("The database was restored into a younger server: its change numbers go on behind all that are there.");
            }

            if (parsed.GetValue(retain) is { } retention)
            {
                GridSettings.SetRetention(database, retention);
                terminal.Line($"Silos that start from now on keep {(retention == Retention.All ? "all events" : $"the newest {retention} events")} of each user.");
            }

            if (parsed.GetValue(outcomeRetention) is { } kept)
            {
                GridSettings.SetOutcomeRetention(database, kept);
                terminal.Line($"Silos that start from now on keep outcomes for {kept}.");
            }

            if (parsed.GetValue(endTraining))
            {
                TrainingStore.End(database);
                terminal.Line("What training had kept is given up; no event waits for it. It would begin with the oldest kept event again.");
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
