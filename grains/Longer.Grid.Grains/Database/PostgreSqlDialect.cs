using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Longer.Grid.Grains;

/// <summary>PostgreSQL: what the processes of a cluster share.</summary>
internal class PostgreSqlDialect : SqlDialect
{
    /// <summary>Statements that a connection keeps prepared: more than this project has.</summary>
    private const int PreparedStatements = 64;

    /// <summary>Longer than any statement of ours takes; a database that says nothing for so long is told as unavailable.</summary>
    private const int PatienceSeconds = 10;

    /// <summary>
    /// Longer than a live writer holds a row: its statements are sent at once. Who is waited for in vain has stopped, and one user's row is
    /// not worth that all others' writes wait with it.
    /// </summary>
    private const string LongestBlock = "1500ms";

    /// <summary>Names the lock of whoever changes the tables, among all advisory locks of the database.</summary>
    private const long TablesLock = 0x6c6f6e676572; // "longer"

    /// <inheritdoc/>
    public override string Bytes => "bytea";

    /// <inheritdoc/>
    public override string OrleansInvariant => GridCluster.Invariant;

    /// <inheritdoc/>
    /// <remarks>Of a sequence no transaction waits for another, as it would for a row.</remarks>
    public override IReadOnlyList<string> EpochSource => ["CREATE SEQUENCE IF NOT EXISTS store_epoch"];

    /// <inheritdoc/>
    public override string? AdvanceEpoch => null;

    /// <inheritdoc/>
    public override string NextEpoch => "nextval('store_epoch')";

    /// <inheritdoc/>
    /// <remarks>The functions are for what older versions write.</remarks>
    public override IReadOnlyList<string> ChangeSource =>
    [
        $"CREATE TABLE {ChangeNumbers.Table} (id integer PRIMARY KEY, number bigint NOT NULL)",
        $"INSERT INTO {ChangeNumbers.Table} (id, number) VALUES (1, 0)",
        $"CREATE FUNCTION store_next_change() RETURNS bigint LANGUAGE sql RETURN {NextChange}",
        "CREATE FUNCTION store_stamp_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.change := store_next_change(); RETURN NEW; END'",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> StampUnstamped(string table) =>
    [
        $"ALTER TABLE {table} ALTER COLUMN change SET DEFAULT store_next_change()",

        // The condition is met without a call by every row that its writer has stamped, but where one transaction writes it twice.
        $"CREATE TRIGGER stamp_change BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NEW.change = OLD.change) EXECUTE FUNCTION store_stamp_change()",
    ];

    /// <inheritdoc/>
    public override string? AdvanceChange => null;

    /// <inheritdoc/>
    /// <remarks>
    /// Transactions commit in another order than they take their ids; but below the oldest that still runs, all have ended. That one may be of
    /// another database of the server.
    /// </remarks>
    public override string NextChange => ChangeOf("pg_current_xact_id()");

    /// <inheritdoc/>
    public override string SettledBelow => ChangeOf("pg_snapshot_xmin(pg_current_snapshot())");

    /// <inheritdoc/>
    public override string NotGivenFrom => ChangeOf("pg_snapshot_xmax(pg_current_snapshot())");

    /// <inheritdoc/>
    public override string KeepsRows => "FOR KEY SHARE";

    /// <inheritdoc/>
    public override DbDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ContainsKey("Max Auto Prepare"))
        {
            settings.MaxAutoPrepare = PreparedStatements;
        }

        if (!settings.ContainsKey("Command Timeout"))
        {
            settings.CommandTimeout = PatienceSeconds;
        }

        return NpgsqlDataSource.Create(settings);
    }

    /// <inheritdoc/>
    public override string Bounded(string connectionString, string part, int connections)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.MaxPoolSize = GridConnections.PoolSize(settings.MaxPoolSize, connections);
        settings.MinPoolSize = Math.Min(settings.MinPoolSize, settings.MaxPoolSize);
        settings.ApplicationName ??= GridConnections.ApplicationName(part);
        return settings.ConnectionString;
    }

    /// <inheritdoc/>
    public override void Prepare(DbConnection connection, bool unsafeDurability)
    {
        if (unsafeDurability)
        {
            Ask(connection, "SET synchronous_commit = off");
        }
    }

    /// <inheritdoc/>
    public override void PrepareWriter(DbConnection connection) => Ask(connection, $"SET lock_timeout = '{LongestBlock}'");

    /// <inheritdoc/>
    public override bool SaysBlocked(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <inheritdoc/>
    /// <remarks>
    /// A silo that freezes while it sends a large group, or a network that breaks then, leaves a session that holds the rows of all users
    /// that have come so far and waits for the rest, for as long as the connection lives. The server calls it active, not idle, since the
    /// group has not ended: none of its own time limits is for that. Nothing of the group was acknowledged, so it may be undone. A session
    /// of somebody at a terminal is idle in its transaction, and is let be.
    /// </remarks>
    public override int EndStalledWriters(DbConnection connection) => int.Parse(
        Ask(
            connection,
            """
            SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM (
              SELECT DISTINCT session.pid FROM pg_stat_activity AS session JOIN pg_locks AS held ON held.pid = session.pid
              WHERE session.datname = current_database() AND session.usename = current_user AND session.pid <> pg_backend_pid()
                AND session.state = 'active' AND session.wait_event_type = 'Client' AND clock_timestamp() - session.state_change > interval '3 seconds'
                AND held.locktype = 'relation' AND held.relation = 'user_head'::regclass AND held.mode = 'RowExclusiveLock' AND held.granted) AS stalled
            """)!,
        CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string? WeakDurability(DbConnection connection)
    {
        var (fsync, commit) = (Ask(connection, "SHOW fsync"), Ask(connection, "SHOW synchronous_commit"));
        return fsync == "on" && commit is ("on" or "remote_apply")
            ? null
            : $"fsync is {fsync} and synchronous_commit is {commit}; needed are on and on";
    }

    /// <inheritdoc/>
    public override void LockTables(DbConnection connection, DbTransaction transaction)
    {
        using var command = connection.Command(transaction, "SELECT pg_advisory_xact_lock(@lock)", ("lock", TablesLock));
        command.CommandTimeout = 0; // Another process brings the tables up to date: however long that takes, it ends.
        command.ExecuteScalar();
    }

    /// <inheritdoc/>
    public override bool HasTable(DbConnection connection, DbTransaction? transaction, string table)
    {
        using var command = connection.Command(transaction, "SELECT to_regclass(@name) IS NOT NULL", ("name", table));
        return command.ExecuteScalar() is true;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The server has told of an error and undone all of it, unless it was about the connection's end (classes 57 and 08); or the driver took
    /// no offence at the connection but at what it was to send.
    /// </remarks>
    public override bool SaysNothingCommitted(Exception failure) => failure switch
    {
        PostgresException { SqlState: var state } => !state.StartsWith("57", StringComparison.Ordinal) && !state.StartsWith("08", StringComparison.Ordinal),
        InvalidOperationException => true,
        _ => false,
    };

    // The ids are those with an epoch, which do not wrap; they convert by way of text alone.
    private static string ChangeOf(string transactionId) => $"((SELECT number FROM {ChangeNumbers.Table} WHERE id = 1) + {transactionId}::text::bigint)";
}
