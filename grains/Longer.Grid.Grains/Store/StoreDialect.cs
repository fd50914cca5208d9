using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Longer.Grid.Grains;

/// <summary>The few words in which the databases differ; all other SQL is the same on both.</summary>
public abstract class StoreDialect
{
    /// <summary>The embedded default.</summary>
    public static StoreDialect Sqlite { get; } = new SqliteDialect();

    /// <summary>The database of a cluster.</summary>
    public static StoreDialect PostgreSql { get; } = new PostgreSqlDialect();

    /// <summary>Column type of bytes.</summary>
    public abstract string Bytes { get; }

    /// <summary>What a connection needs said before its first statement.</summary>
    /// <param name="connection">Just opened.</param>
    /// <param name="unsafeDurability">Whether a committed write may be lost with the machine's power.</param>
    public abstract void Prepare(DbConnection connection, bool unsafeDurability);

    /// <summary>Checks that a commit survives power loss.</summary>
    /// <returns>What is set too weakly, and to what; <see langword="null"/> where all is well.</returns>
    public abstract string? WeakDurability(DbConnection connection);

    /// <summary>Runs one statement that takes no parameters and returns its only value.</summary>
    protected static string? Ask(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class SqliteDialect : StoreDialect
    {
        private const string SynchronousFull = "2";

        public override string Bytes => "BLOB";

        public override void Prepare(DbConnection connection, bool unsafeDurability)
        {
            Ask(connection, "PRAGMA journal_mode=WAL");
            Ask(connection, unsafeDurability ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL");
            Ask(connection, "PRAGMA busy_timeout=10000");

            // Forgotten means gone from the file too.
            Ask(connection, "PRAGMA secure_delete=ON");
        }

        public override string? WeakDurability(DbConnection connection)
        {
            var (journal, synchronous) = (Ask(connection, "PRAGMA journal_mode"), Ask(connection, "PRAGMA synchronous"));
            return journal == "wal" && synchronous == SynchronousFull
                ? null
                : $"journal_mode is {journal} and synchronous is {synchronous}; needed are wal and {SynchronousFull} (FULL)";
        }
    }

    private sealed class PostgreSqlDialect : StoreDialect
    {
        public override string Bytes => "bytea";

        public override void Prepare(DbConnection connection, bool unsafeDurability)
        {
            if (unsafeDurability)
            {
                Ask(connection, "SET synchronous_commit = off");
            }
        }

        public override string? WeakDurability(DbConnection connection)
        {
            var (fsync, commit) = (Ask(connection, "SHOW fsync"), Ask(connection, "SHOW synchronous_commit"));
            return fsync == "on" && commit is ("on" or "remote_apply")
                ? null
                : $"fsync is {fsync} and synchronous_commit is {commit}; needed are on and on";
        }
    }

    /// <summary>A pool of connections to a database.</summary>
    public static DbDataSource Open(StoreDialect dialect, string connectionString) =>
        dialect == PostgreSql ? NpgsqlDataSource.Create(connectionString) : SqliteFactory.Instance.CreateDataSource(connectionString);
}
