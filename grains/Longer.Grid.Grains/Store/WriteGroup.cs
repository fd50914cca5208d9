using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>Runs the writes of many users as one transaction: sent at once where the database takes that, else one statement after another.</summary>
internal static class WriteGroup
{
    /// <summary>Runs them and commits.</summary>
    /// <param name="connection">Open, and in no transaction.</param>
    /// <param name="dialect">Its database.</param>
    /// <param name="writes">At most one of each activation.</param>
    /// <param name="nowMs">When the writes are.</param>
    /// <param name="committing">Set when the database may have committed, whatever is thrown.</param>
    /// <returns>For each write what its caller gets; <see langword="null"/> where its condition does not hold.</returns>
    public static object?[] Run(DbConnection connection, SqlDialect dialect, IReadOnlyList<StoreWrite> writes, long nowMs, out bool committing)
    {
        committing = false;
        return connection.CanCreateBatch
            ? SendAtOnce(connection, dialect, writes, nowMs, out committing)
            : SendEach(connection, dialect, writes, nowMs, ref committing);
    }

    private static object?[] SendAtOnce(DbConnection connection, SqlDialect dialect, IReadOnlyList<StoreWrite> writes, long nowMs, out bool committing)
    {
        committing = false;
        using var batch = connection.CreateBatch();
        if (Advance(dialect, writes) is { } advance)
        {
            batch.Add(advance);
        }

        var deciding = new int[writes.Count];
        for (var i = 0; i < deciding.Length; i++)
        {
            AddAll(writes[i].Before(dialect));
            var decide = writes[i].Decide(dialect, nowMs);
            deciding[i] = decide.Count;
            AddAll(decide);
            AddAll(writes[i].Follow(dialect));
        }

        // Without a transaction of ours the batch is one by itself, and ends with its last statement.
        committing = true;
        var results = new object?[writes.Count];
        using var reader = batch.ExecuteReader();
        for (var i = 0; i < results.Length; i++)
        {
            for (var statement = 0; statement < deciding[i]; statement++)
            {
                results[i] = writes[i].Result(results[i], reader);

                // Only what decides answers rows.
                reader.NextResult();
            }
        }

        return results;

        void AddAll(IEnumerable<SqlStatement> statements)
        {
            foreach (var statement in statements)
            {
                batch.Add(statement);
            }
        }
    }

    private static object?[] SendEach(DbConnection connection, SqlDialect dialect, IReadOnlyList<StoreWrite> writes, long nowMs, ref bool committing)
    {
        var results = new object?[writes.Count];
        using var transaction = connection.BeginTransaction();
        if (Advance(dialect, writes) is { } advance)
        {
            connection.Execute(transaction, advance.Text);
        }

        for (var i = 0; i < results.Length; i++)
        {
            ExecuteAll(writes[i].Before(dialect));
            foreach (var decide in writes[i].Decide(dialect, nowMs))
            {
                using var command = connection.Command(transaction, decide.Text, decide.Parameters);
                using var rows = command.ExecuteReader();
                results[i] = writes[i].Result(results[i], rows);
            }

            if (results[i] is not null)
            {
                ExecuteAll(writes[i].Follow(dialect));
            }
        }

        committing = true;
        transaction.Commit();
        return results;

        void ExecuteAll(IEnumerable<SqlStatement> statements)
        {
            foreach (var statement in statements)
            {
                connection.Execute(transaction, statement.Text, statement.Parameters);
            }
        }
    }

    /// <summary>What gives the group its change number, where that takes a statement.</summary>
    private static SqlStatement? Advance(SqlDialect dialect, IReadOnlyList<StoreWrite> writes) =>
        dialect.AdvanceChange is { } advance && writes.Any(write => write.Changes) ? new SqlStatement(advance) : null;
}
