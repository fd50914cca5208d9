using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>What all processes of a grid have to agree on: it stands in the database that they share.</summary>
public static class GridSettings
{
    /// <summary>The table.</summary>
    internal const string Table = "grid_setting";

    /// <summary>A setting's name, which is its option's.</summary>
    internal const string RetainEvents = "retain-events";

    /// <inheritdoc cref="RetainEvents"/>
    internal const string RetainOutcomes = "outcome-retention";

    /// <summary>How many events of each user the grid keeps.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read, or what it says is nothing that this program knows.</exception>
    public static Retention ReadRetention(GridDatabase database) => Retention.TryParse(Read(database, RetainEvents), out var retention)
        ? retention
        : throw new StoreUnavailableException($"The database does not say how many events are kept ({Table}, {RetainEvents}); accepted is {Retention.Accepted}.");

    /// <summary>Sets it for every process that starts from now on.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be written.</exception>
    public static void SetRetention(GridDatabase database, Retention retention) => Write(database, RetainEvents, retention.ToString());

    /// <summary>For how long the grid keeps outcomes.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read, or what it says is nothing that this program knows.</exception>
    public static OutcomeRetention ReadOutcomeRetention(GridDatabase database) => OutcomeRetention.TryParse(Read(database, RetainOutcomes), out var retention)
        ? retention
        : throw new StoreUnavailableException($"The database does not say for how long outcomes are kept ({Table}, {RetainOutcomes}); accepted is {OutcomeRetention.Accepted}.");

    /// <summary>Sets it for every process that starts from now on.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be written.</exception>
    public static void SetOutcomeRetention(GridDatabase database, OutcomeRetention retention) => Write(database, RetainOutcomes, retention.ToString());

    private static string Read(GridDatabase database, string name) => With(database, connection =>
    {
        using var command = connection.Command(null, $"SELECT value FROM {Table} WHERE name = @name", ("name", name));
        return command.ExecuteScalar() as string ?? "";
    });

    private static void Write(GridDatabase database, string name, string value) =>
        With(database, connection => connection.Execute(null, $"UPDATE {Table} SET value = @value WHERE name = @name", ("value", value), ("name", name)));

    private static T With<T>(GridDatabase database, Func<DbConnection, T> use)
    {
        try
        {
            using var source = database.Open("settings", connections: 1);
            using var connection = source.OpenConnection();
            database.Dialect.Prepare(connection, unsafeDurability: false);
            return use(connection);
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException($"The grid's settings cannot be used: {e.Message}", e);
        }
    }
}
