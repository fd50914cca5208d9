using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>What all processes of a grid have to agree on: it stands in the database that they share.</summary>
public static class GridSettings
{
    /// <summary>The table.</summary>
    internal const string Table = "grid_setting";

    /// <summary>The setting's name, which is the option's.</summary>
    internal const string RetainEvents = "retain-events";

    /// <summary>How many events of each user the grid keeps.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read, or what it says is nothing that this program knows.</exception>
    public static Retention ReadRetention(GridDatabase database) => With(database, connection =>
    {
        using var command = connection.Command(null, $"SELECT value FROM {Table} WHERE name = @name", ("name", RetainEvents));
        return command.ExecuteScalar() is string text && Retention.TryParse(text, out var retention)
            ? retention
            : throw new StoreUnavailableException($"The database does not say how many events are kept ({Table}, {RetainEvents}); accepted is {Retention.Accepted}.");
    });

    /// <summary>Sets it for every process that starts from now on.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be written.</exception>
    public static void SetRetention(GridDatabase database, Retention retention) => With(
        database, connection => connection.Execute(null, $"UPDATE {Table} SET value = @value WHERE name = @name", ("value", retention.ToString()), ("name", RetainEvents)));

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
