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
    /// <exception cref="StoreUnavailableException">The connection string cannot be read.</exception>
    public DbDataSource Open()
    {
        try
        {
            return Dialect.Open(ConnectionString);
        }
        catch (ArgumentException e)
        {
            // Not with the inner text alone: it may quote the password.
            throw new StoreUnavailableException("The connection string cannot be read; accepted is Host=..;Port=..;Username=..;Password=..;Database=..", e);
        }
    }
}
