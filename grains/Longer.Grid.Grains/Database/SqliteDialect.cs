using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Longer.Grid.Grains;

/// <summary>SQLite: a file that one process holds.</summary>
internal class SqliteDialect : SqlDialect
{
    private const string SynchronousFull = "2";
    private const string NotBusy = "0";
    private const string BusyTimeout = "PRAGMA busy_timeout=10000";

    /// <inheritdoc/>
    public override string Bytes => "BLOB";

    /// <inheritdoc/>
    /// <remarks>Orleans knows Microsoft.Data.Sqlite by the name of the older driver.</remarks>
    public override string OrleansInvariant => "System.Data.SQLite";

    /// <inheritdoc/>
    public override IReadOnlyList<string> EpochSource =>
    [
        "CREATE TABLE IF NOT EXISTS store_epoch (id integer PRIMARY KEY, epoch bigint NOT NULL)",
        "INSERT INTO store_epoch (id, epoch) VALUES (1, 0) ON CONFLICT (id) DO NOTHING",
    ];

    /// <inheritdoc/>
    public override string? AdvanceEpoch => "UPDATE store_epoch SET epoch = epoch + 1 WHERE id = 1";

    /// <inheritdoc/>
    public override string NextEpoch => "(SELECT epoch FROM store_epoch WHERE id = 1)";

    /// <inheritdoc/>
    public override IReadOnlyList<string> ChangeSource =>
    [
        $"CREATE TABLE {ChangeNumbers.Table} (id integer PRIMARY KEY, number bigint NOT NULL)",
        $"INSERT INTO {ChangeNumbers.Table} (id, number) VALUES (1, 0)",
    ];

    /// <inheritdoc/>
    /// <remarks>Of writers there is one at a time, from its first statement to its commit: so numbers commit in their order.</remarks>
    public override string? AdvanceChange => $"UPDATE {ChangeNumbers.Table} SET number = number + 1 WHERE id = 1";

    /// <inheritdoc/>
    public override string NextChange => $"(SELECT number FROM {ChangeNumbers.Table} WHERE id = 1)";

    /// <inheritdoc/>
    public override string SettledBelow => $"({NextChange} + 1)";

    /// <inheritdoc/>
    public override string NotGivenFrom => SettledBelow;

    /// <inheritdoc/>
    public override DbDataSource Open(string connectionString) => SqliteFactory.Instance.CreateDataSource(connectionString);

    /// <inheritdoc/>
    public override void Prepare(DbConnection connection, bool unsafeDurability)
    {
        Ask(connection, "PRAGMA journal_mode=WAL");
        Ask(connection, unsafeDurability ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL");
        Ask(connection, BusyTimeout);

        // Forgotten means gone from the file too.
        Ask(connection, "PRAGMA secure_delete=ON");
    }

    /// <inheritdoc/>
    public override string? WeakDurability(DbConnection connection)
    {
        var (journal, synchronous) = (Ask(connection, "PRAGMA journal_mode"), Ask(connection, "PRAGMA synchronous"));
        return journal == "wal" && synchronous == SynchronousFull
            ? null
            : $"journal_mode is {journal} and synchronous is {synchronous}; needed are wal and {SynchronousFull} (FULL)";
    }

    /// <inheritdoc/>
    /// <remarks>A transaction begins with the file's only write lock.</remarks>
    public override void LockTables(DbConnection connection, DbTransaction transaction)
    {
    }

    /// <inheritdoc/>
    public override bool HasTable(DbConnection connection, DbTransaction? transaction, string table)
    {
        using var command = connection.Command(transaction, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @name", ("name", table));
        return command.ExecuteScalar() is > 0L;
    }

    /// <inheritdoc/>
    /// <remarks>The tables forget at once (<c>secure_delete</c>); what was written before is in the log until that is taken in and cut off.</remarks>
    public override bool Erased(DbConnection connection)
    {
        // Readings of ours are short; whoever reads for longer is not waited for, as all writes would wait too.
        Ask(connection, "PRAGMA busy_timeout=500");
        try
        {
            return Ask(connection, "PRAGMA wal_checkpoint(TRUNCATE)") == NotBusy;
        }
        finally
        {
            Ask(connection, BusyTimeout);
        }
    }

    /// <inheritdoc/>
    public override bool SaysNothingCommitted(Exception failure) => false;
}
