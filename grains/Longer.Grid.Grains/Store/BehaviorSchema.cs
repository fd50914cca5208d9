using System.Data.Common;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>The store's tables (DESIGN.md section 4), the same on SQLite and PostgreSQL.</summary>
internal static class BehaviorSchema
{
    /// <summary>The version of the tables that this program reads and writes.</summary>
    public const int Version = 1;

    /// <summary>Makes the tables where there are none, and refuses those of another version.</summary>
    /// <exception cref="StoreUnavailableException">The tables are of another version.</exception>
    public static void Prepare(DbConnection connection, StoreDialect dialect)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var statement in Statements(dialect))
        {
            connection.Execute(transaction, statement);
        }

        using var read = connection.Command(transaction, "SELECT version FROM behavior_schema WHERE id = 1");
        var version = Convert.ToInt32(read.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (version != Version)
        {
            throw new StoreUnavailableException($"The behaviour store's tables are of version {version}; this program knows version {Version}.");
        }

        transaction.Commit();
    }

    private static string[] Statements(StoreDialect dialect) =>
    [
        "CREATE TABLE IF NOT EXISTS behavior_schema (id integer PRIMARY KEY, version integer NOT NULL)",
        $"INSERT INTO behavior_schema (id, version) VALUES (1, {Version}) ON CONFLICT (id) DO NOTHING",

        // One row: epochs come from here and never twice, whatever becomes of the heads that carry them.
        "CREATE TABLE IF NOT EXISTS store_epoch (id integer PRIMARY KEY, epoch bigint NOT NULL)",
        "INSERT INTO store_epoch (id, epoch) VALUES (1, 0) ON CONFLICT (id) DO NOTHING",
        $"CREATE TABLE IF NOT EXISTS user_head (user_id text PRIMARY KEY, epoch bigint NOT NULL, next_ordinal bigint NOT NULL, profile {dialect.Bytes} NOT NULL, updated bigint NOT NULL)",
        $"CREATE TABLE IF NOT EXISTS behavior_segment (user_id text NOT NULL, segment bigint NOT NULL, first_ordinal bigint NOT NULL, count integer NOT NULL, events {dialect.Bytes} NOT NULL, PRIMARY KEY (user_id, segment))",
    ];
}
