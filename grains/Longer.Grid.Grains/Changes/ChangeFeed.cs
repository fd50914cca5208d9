using System.Data.Common;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="IChangeFeed"/>
/// <remarks>It has one connection of its own, and reads one page at a time.</remarks>
public sealed class ChangeFeed : IChangeFeed, IDisposable
{
    private readonly SqlDialect _dialect;
    private readonly DbDataSource _source;
    private readonly StoreReaders _reader = new(count: 1);

    /// <summary>Opens the feed of a database whose tables <see cref="GridSchema.Migrate"/> has made.</summary>
    /// <exception cref="StoreUnavailableException">The connection string cannot be read.</exception>
    public ChangeFeed(GridDatabase database) => (_dialect, _source) = (database.Dialect, database.Open("changes", GridConnections.Changes));

    /// <inheritdoc/>
    public Task<ChangePage<ChangedSegment>> ReadSegmentsAsync(ChangeCursor after, int limit) => ReadAsync(
        "behavior_segment",
        "segment",
        "first_ordinal, count, events, COALESCE((SELECT born FROM user_head h WHERE h.user_id = behavior_segment.user_id), 0)",
        after,
        limit,
        row => new ChangedSegment(
            row.GetString(1), row.GetInt64(0), row.GetInt64(6), new StoredSegment(row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), (byte[])row[5])));

    /// <inheritdoc/>
    public Task<ChangePage<ChangedOutcome>> ReadOutcomesAsync(ChangeCursor after, int limit) => ReadAsync(
        "outcome",
        "id",
        "scored_at, request_id, next_ordinal, items",
        after,
        limit,
        row => new ChangedOutcome(
            new StoredOutcome(row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4), (byte[])row[6]), row.GetInt64(5), row.GetInt64(0)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _source.Dispose();
    }

    private Task<ChangePage<T>> ReadAsync<T>(string table, string number, string columns, ChangeCursor after, int limit, Func<DbDataReader, T> read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _reader.RunAsync(() =>
        {
            try
            {
                using var connection = _source.OpenConnection();
                _dialect.Prepare(connection, unsafeDurability: false);

                // One statement, and so one snapshot: what is settled in it can be seen in it.
                using var command = connection.Command(
                    null,
                    $"""
                    SELECT change, user_id, {number}, {columns} FROM {table}
                    WHERE (change, user_id, {number}) > (@change, @user, @number) AND change < {_dialect.SettledBelow} ORDER BY change, user_id, {number} LIMIT @limit
                    """,
                    ("change", after.Change),
                    ("user", after.UserId ?? ""),
                    ("number", after.Number),
                    ("limit", limit));
                var changes = new List<T>();
                var next = after;
                using (var rows = command.ExecuteReader())
                {
                    while (rows.Read())
                    {
                        changes.Add(read(rows));
                        next = new(rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2));
                    }
                }

                if (changes.Count == 0)
                {
                    RefuseAhead(connection, after);
                }

                return new ChangePage<T>(changes, next);
            }
            catch (DbException e)
            {
                throw new StoreUnavailableException($"The store's changes cannot be read: {e.Message}", e);
            }
        });
    }

    private void RefuseAhead(DbConnection connection, ChangeCursor cursor)
    {
        using var command = connection.Command(null, $"SELECT {_dialect.NotGivenFrom}");
        if (Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) is var next && cursor.Change >= next)
        {
            throw new ChangeCursorException(
                $"The cursor has read change {cursor.Change}; the database comes to {next} next: it was restored to an older state. Carry its change numbers on as docs/operations.md says.");
        }
    }
}
