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
        var command = new Command("migrate", "Make the tables of a cluster's PostgreSQL database, or bring them up to date; safe to run again, and by several at once") { cluster };
        command.SetAction(parsed =>
        {
            var database = SharedOptions.DatabaseOf(parsed, cluster) ?? throw new CommandException("migrate needs --cluster CONNECTION") { ExitCode = ExitCodes.Usage };
            var (from, to) = GridSchema.Migrate(database);
            terminal.Line(from == to ? $"The tables are of version {to} already." : from == 0 ? $"Tables of version {to} made." : $"Tables brought from version {from} to {to}.");
            return ExitCodes.Done;
        });
        return command;
    }
}
