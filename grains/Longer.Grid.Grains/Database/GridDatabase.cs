using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Longer.Grid.Grains;

/// <summary>The database of a grid: an SQLite file under one process's folder, or a PostgreSQL database that a cluster shares.</summary>
/// <param name="Dialect">Which of the two.</param>
/// <param name="ConnectionString">Where it is.</param>
public sealed record GridDatabase(SqlDialect Dialect, string ConnectionString)
{
    /// <summary>The file of an embedded grid.</summary>
    /// <param name="folder">It exists.</param>
    public static GridDatabase Embedded(string folder) =>
        new(SqlDialect.Sqlite, new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "grid.db") }.ConnectionString);

    /// <summary>The database of a cluster.</summary>
    /// <param name="connectionString">As Npgsql takes it.</param>
    public static GridDatabase Shared(string connectionString) => new(SqlDialect.PostgreSql, connectionString);

    /// <summary>A pool of connections.</summary>
    /// <param name="part">Whose it is, in one word; the database shows it.</param>
    /// <param name="connections">Most that it holds at once.</param>
    /// <exception cref="StoreUnavailableException">The connection string cannot be read.</exception>
    public DbDataSource Open(string part, int connections) => Read(() => Dialect.Open(Dialect.Bounded(ConnectionString, part, connections)));

    /// <summary>What Orleans is given: all of it in one process shares one pool.</summary>
    /// <exception cref="StoreUnavailableException">The connection string cannot be read.</exception>
    public string ForOrleans() => Read(() => Dialect.Bounded(ConnectionString, "orleans", GridConnections.Orleans));

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException e)
        {
            // Not with the inner text alone: it may quote the password.
            throw new StoreUnavailableException("The connection string cannot be read; accepted is Host=..;Port=..;Username=..;Password=..;Database=..", e);
        }
    }
}
