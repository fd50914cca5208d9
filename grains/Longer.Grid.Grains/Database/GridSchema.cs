using System.Data.Common;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>The tables of a grid and their versions: behaviours (DESIGN.md section 4), outcomes, models, how far training is, and what Orleans keeps.</summary>
public static class GridSchema
{
    /// <summary>The version of the tables that this program reads and writes.</summary>
    public const int Version = 6;

    private const string Table = "grid_schema";

    /// <summary>The version table of version 1.</summary>
    private const string FirstTable = "behavior_schema";

    /// <summary>Makes the tables, or brings them up to date: all of it or, after an error, nothing. Several may do so at once.</summary>
    /// <remarks>Where a database was restored into a younger server, its change numbers are carried on.</remarks>
    /// <exception cref="StoreUnavailableException">The database cannot be opened or written, or its tables are newer than this program.</exception>
    public static Migrated Migrate(GridDatabase database)
    {
        try
        {
            using var source = database.Open("tables", connections: 1);
            using var connection = source.OpenConnection();
            database.Dialect.Prepare(connection, unsafeDurability: false);
            using var transaction = connection.BeginTransaction();
            database.Dialect.LockTables(connection, transaction);
            var from = VersionOf(database.Dialect, connection, transaction);
            RefuseNewer(from);
            foreach (var statement in Steps(database.Dialect).Skip(from).SelectMany(step => step).Concat(OrleansTables.Statements(database.Dialect)))
            {
                connection.Execute(transaction, statement);
            }

            connection.Execute(transaction, $"UPDATE {Table} SET version = {Version} WHERE id = 1");
            var carriedOn = ChangeNumbers.CarryOn(database.Dialect, connection, transaction);
            transaction.Commit();
            return new(from, Version, carriedOn);
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException($"The database's tables cannot be brought up to date: {e.Message}", e);
        }
    }

    /// <summary>Checks that the tables are of this program's version, and that no change number will be given twice.</summary>
    /// <exception cref="StoreUnavailableException">It is not so; or there are no tables, or the database cannot be reached.</exception>
    public static void Require(GridDatabase database)
    {
        try
        {
            using var source = database.Open("tables", connections: 1);
            using var connection = source.OpenConnection();
            Require(database.Dialect, connection);
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException($"The database cannot be opened: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="Require(GridDatabase)"/>
    internal static void Require(SqlDialect dialect, DbConnection connection)
    {
        var version = VersionOf(dialect, connection, null);
        RefuseNewer(version);
        if (version < Version)
        {
            throw new StoreUnavailableException(
                version == 0
                    ? "The database has no tables of a grid: longer-grid migrate makes them."
                    : $"The database's tables are of version {version}; this program needs version {Version}: longer-grid migrate brings them up to date.");
        }

        if (ChangeNumbers.Ahead(dialect, connection, null) is { } highest)
        {
            throw new StoreUnavailableException(
                $"The database holds change {highest}, which its server has not come to: it was restored into a younger one. longer-grid migrate carries the numbers on (docs/operations.md).");
        }
    }

    private static void RefuseNewer(int version)
    {
        if (version > Version)
        {
            throw new StoreUnavailableException($"The database's tables are of version {version}; this program knows versions up to {Version}: a newer program made them.");
        }
    }

    private static int VersionOf(SqlDialect dialect, DbConnection connection, DbTransaction? transaction)
    {
        if (!dialect.HasTable(connection, transaction, Table))
        {
            return dialect.HasTable(connection, transaction, FirstTable) ? 1 : 0;
        }

        using var read = connection.Command(transaction, $"SELECT version FROM {Table} WHERE id = 1");
        return Convert.ToInt32(read.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>For each version what makes it of the one before.</summary>
    private static IEnumerable<IReadOnlyList<string>> Steps(SqlDialect dialect) =>
    [
        [
            .. dialect.EpochSource,
            $"CREATE TABLE user_head (user_id text PRIMARY KEY, epoch bigint NOT NULL, next_ordinal bigint NOT NULL, profile {dialect.Bytes} NOT NULL, updated bigint NOT NULL)",
            $"CREATE TABLE behavior_segment (user_id text NOT NULL, segment bigint NOT NULL, first_ordinal bigint NOT NULL, count integer NOT NULL, events {dialect.Bytes} NOT NULL, PRIMARY KEY (user_id, segment))",
        ],
        [
            // Tells an activation whose events were carried to it whether nobody owned the user in between.
            "ALTER TABLE user_head ADD COLUMN previous_epoch bigint NOT NULL DEFAULT 0",
            $"DROP TABLE IF EXISTS {FirstTable}",
            $"CREATE TABLE {Table} (id integer PRIMARY KEY, version integer NOT NULL)",
            $"INSERT INTO {Table} (id, version) VALUES (1, 2)",

            // An upload's bytes in numbered pieces; once it is committed, the upload is a version.
            "CREATE TABLE model_upload (upload_id text PRIMARY KEY, begun bigint NOT NULL, version text UNIQUE)",
            $"CREATE TABLE model_chunk (upload_id text NOT NULL, part integer NOT NULL, number integer NOT NULL, bytes {dialect.Bytes} NOT NULL, PRIMARY KEY (upload_id, part, number))",
        ],
        [
            $"CREATE TABLE {GridSettings.Table} (name text PRIMARY KEY, value text NOT NULL)",
            $"INSERT INTO {GridSettings.Table} (name, value) VALUES ('{GridSettings.RetainEvents}', '{Retention.All}')",
        ],
        [
            // What there is already counts as changed once: 0 is below every number that is given.
            .. dialect.ChangeSource,
            "ALTER TABLE behavior_segment ADD COLUMN change bigint NOT NULL DEFAULT 0",
            "CREATE INDEX behavior_segment_change ON behavior_segment (change, user_id, segment)",
            .. dialect.StampUnstamped("behavior_segment"),
        ],
        [
            $"CREATE TABLE outcome (user_id text NOT NULL, id bigint NOT NULL, scored_at bigint NOT NULL, request_id text, next_ordinal bigint NOT NULL, received_at bigint NOT NULL, items {dialect.Bytes} NOT NULL, change bigint NOT NULL, PRIMARY KEY (user_id, id))",
            "CREATE INDEX outcome_change ON outcome (change, user_id, id)",
            $"INSERT INTO {GridSettings.Table} (name, value) VALUES ('{GridSettings.RetainOutcomes}', '{OutcomeRetention.Default}')",
        ],
        [
            // Names what ordinals count: a history that takes another's place begins from 0 again.
            "ALTER TABLE user_head ADD COLUMN born bigint NOT NULL DEFAULT 0",
            $"CREATE TABLE {TrainingStore.Table} (id integer PRIMARY KEY, revision bigint NOT NULL, state text NOT NULL)",
            $"CREATE TABLE {TrainingStore.Positions} (user_id text PRIMARY KEY, born bigint NOT NULL, next_ordinal bigint NOT NULL)",
            $"CREATE TABLE {TrainingStore.Chunks} (checkpoint text NOT NULL, number integer NOT NULL, bytes {dialect.Bytes} NOT NULL, PRIMARY KEY (checkpoint, number))",
        ],
    ];
}
