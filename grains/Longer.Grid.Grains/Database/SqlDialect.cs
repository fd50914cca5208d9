using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>The few words in which the databases differ; all other SQL is the same on both.</summary>
public abstract class SqlDialect
{
    /// <summary>The embedded default.</summary>
    public static SqlDialect Sqlite { get; } = new SqliteDialect();

    /// <summary>The database of a cluster.</summary>
    public static SqlDialect PostgreSql { get; } = new PostgreSqlDialect();

    /// <summary>Column type of bytes.</summary>
    public abstract string Bytes { get; }

    /// <summary>By what name Orleans finds the database's driver.</summary>
    public abstract string OrleansInvariant { get; }

    /// <summary>Statements that make the source of epochs.</summary>
    public abstract IReadOnlyList<string> EpochSource { get; }

    /// <summary>A statement that has to run before <see cref="NextEpoch"/>; <see langword="null"/> where there is none.</summary>
    public abstract string? AdvanceEpoch { get; }

    /// <summary>An expression for a new epoch: never one that was given before, whatever became of it.</summary>
    public abstract string NextEpoch { get; }

    /// <summary>Statements that make the source of change numbers, <see cref="ChangeNumbers.Table"/> among it.</summary>
    public abstract IReadOnlyList<string> ChangeSource { get; }

    /// <summary>Statements that have rows of a table stamped which a process of an older version writes, while such run beside newer ones.</summary>
    public virtual IReadOnlyList<string> StampUnstamped(string table) => [];

    /// <summary>A statement that has to run once in a transaction before <see cref="NextChange"/>; <see langword="null"/> where there is none.</summary>
    public abstract string? AdvanceChange { get; }

    /// <summary>An expression for the number of the changes of the transaction that runs.</summary>
    public abstract string NextChange { get; }

    /// <summary>An expression for a number: whatever commits from the statement's moment on has this one or a higher one.</summary>
    public abstract string SettledBelow { get; }

    /// <summary>An expression for a number: nothing that is committed at the statement's moment has this one or a higher one.</summary>
    public abstract string NotGivenFrom { get; }

    /// <summary>Ends a reading that keeps its rows from being removed until the transaction ends; nothing where there is one writer at a time.</summary>
    public virtual string KeepsRows => "";

    /// <summary>A pool of connections to a database.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public abstract DbDataSource Open(string connectionString);

    /// <summary>A connection string whose pool holds at most so many connections; fewer where it says so itself.</summary>
    /// <param name="connectionString">As it was given.</param>
    /// <param name="part">Whose pool it is, in one word.</param>
    /// <param name="connections">At least 1.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public virtual string Bounded(string connectionString, string part, int connections) => connectionString;

    /// <summary>What a connection needs said before its first statement.</summary>
    /// <param name="connection">Just opened.</param>
    /// <param name="unsafeDurability">Whether a committed write may be lost with the machine's power.</param>
    public abstract void Prepare(DbConnection connection, bool unsafeDurability);

    /// <summary>What the connection of a store's writer needs said besides.</summary>
    public virtual void PrepareWriter(DbConnection connection)
    {
    }

    /// <summary>Whether an error says that a row was held by somebody else for longer than a write waits.</summary>
    public virtual bool SaysBlocked(Exception failure) => false;

    /// <summary>
    /// Ends the sessions of other writers that stopped in the middle of a write: what they have not committed is undone, and the rows that
    /// they hold are free.
    /// </summary>
    /// <param name="connection">In no transaction.</param>
    /// <returns>How many there were.</returns>
    public virtual int EndStalledWriters(DbConnection connection) => 0;

    /// <summary>Checks that a commit survives power loss.</summary>
    /// <returns>What is set too weakly, and to what; <see langword="null"/> where all is well.</returns>
    public abstract string? WeakDurability(DbConnection connection);

    /// <summary>Keeps others from changing the tables until the transaction ends.</summary>
    public abstract void LockTables(DbConnection connection, DbTransaction transaction);

    /// <summary>Whether there is such a table.</summary>
    public abstract bool HasTable(DbConnection connection, DbTransaction? transaction, string table);

    /// <summary>Whether an error says for sure that nothing of what was sent is committed.</summary>
    public abstract bool SaysNothingCommitted(Exception failure);

    /// <summary>Called after a transaction that erased rows: makes sure that no file of the database can be read for them.</summary>
    /// <param name="connection">In no transaction.</param>
    /// <returns>Whether it is so. If not, somebody still reads an older state: it is tried again.</returns>
    public virtual bool Erased(DbConnection connection) => true;

    /// <summary>Runs one statement that takes no parameters and returns its only value.</summary>
    protected static string? Ask(DbConnection connection, string sql)
    {
        using var command = connection.Command(null, sql);
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
