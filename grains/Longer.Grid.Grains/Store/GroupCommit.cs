using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>
/// Gathers the writes that wait, of all users, into one transaction, so that they share one flush to disk. One thread writes; what comes
/// in meanwhile is the next group.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int LargestGroup = 512;

    /// <summary>A group ends with the write that comes to so many statements: they are run within the time that a database has to answer.</summary>
    private const int MostStatements = 2_048;

    private const int LongestQueue = 16_384;

    private readonly BlockingCollection<Pending> _queue = new(LongestQueue);
    private readonly Func<DbConnection> _open;
    private readonly SqlDialect _dialect;
    private readonly TimeProvider _time;
    private readonly Thread _thread;

    private long _groups;
    private long _writes;
    private long _busyTicks;

    /// <summary>Whether something was erased that can perhaps still be found in the database's files.</summary>
    private bool _leftTraces;

    public GroupCommit(Func<DbConnection> open, SqlDialect dialect, TimeProvider time)
    {
        (_open, _dialect, _time) = (open, dialect, time);
        _thread = new Thread(Work) { IsBackground = true, Name = "behaviour store writer" };
        _thread.Start();
    }

    /// <summary>Runs a write in the next group.</summary>
    /// <returns>What the write answered; <see langword="null"/> where its condition failed.</returns>
    /// <exception cref="OverloadedException">Too many writes wait already. Nothing was changed.</exception>
    /// <exception cref="StoreUnavailableException">The write failed, or it is not known whether it was committed.</exception>
    public Task<object?> RunAsync(StoreWrite write)
    {
        var pending = new Pending(write);
        return _queue.TryAdd(pending)
            ? pending.Answer.Task
            : Task.FromException<object?>(new OverloadedException(TimeSpan.FromSeconds(1), $"{LongestQueue} writes wait for the store already."));
    }

    /// <summary>What it has done so far.</summary>
    public WriterFigures Figures => new(Interlocked.Read(ref _groups), Interlocked.Read(ref _writes), TimeSpan.FromTicks(Interlocked.Read(ref _busyTicks)));

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Work()
    {
        DbConnection? connection = null;
        var group = new List<Pending>(LargestGroup);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            group.Add(first);
            var statements = first.Write.Statements;
            while (group.Count < LargestGroup && statements < MostStatements && _queue.TryTake(out var next))
            {
                group.Add(next);
                statements += next.Write.Statements;
            }

            var began = _time.GetTimestamp();

            // In one order everywhere, so that two silos' groups never wait for each other; what one user's writes are stays in its own.
            group = [.. group.OrderBy(pending => pending.Write.Order, StringComparer.Ordinal)];
            if (!TryCommit(ref connection, group) && !TryCommitUnblocked(ref connection, group) && connection is not null && group.Count > 1)
            {
                // The database is there, so one of them may be at fault: each by itself then, so that only that one fails.
                foreach (var pending in group)
                {
                    _ = TryCommit(ref connection, [pending]) || TryCommitUnblocked(ref connection, [pending]);
                }
            }

            foreach (var pending in group)
            {
                pending.Answer.TrySetException(new StoreUnavailableException("The behaviour store did not commit the write; nothing was changed.", pending.Failure));
            }

            Interlocked.Increment(ref _groups);
            Interlocked.Add(ref _writes, group.Count);
            Interlocked.Add(ref _busyTicks, _time.GetElapsedTime(began).Ticks);
            group.Clear();
        }

        connection?.Dispose();
    }

    /// <summary>Commits a group; <see langword="false"/> where nothing of it was. A connection that broke is <see langword="null"/> then.</summary>
    private bool TryCommit(ref DbConnection? connection, IReadOnlyList<Pending> group)
    {
        object?[] results;
        var committing = false;
        try
        {
            connection ??= _open();
            results = WriteGroup.Run(connection, _dialect, [.. group.Select(pending => pending.Write)], _time.GetUtcNow().ToUnixTimeMilliseconds(), out committing);
        }
#pragma warning disable CA1031 // Whatever the database says, the callers must hear of it and the writer goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            committing = committing && !_dialect.SaysNothingCommitted(e);
            if (committing || !IsAlive(connection))
            {
                connection?.Dispose();
                connection = null;
            }

            foreach (var pending in group)
            {
                pending.Failure = e;
                if (committing)
                {
                    pending.Answer.TrySetException(new StoreUnavailableException("The behaviour store did not say whether it committed the write.", e));
                }
            }

            return committing;
        }

        _leftTraces |= group.Where((pending, i) => pending.Write.Erases && results[i] is not null).Any();
        if (_leftTraces)
        {
            EraseTraces(connection);
        }

        for (var i = 0; i < results.Length; i++)
        {
            group[i].Answer.TrySetResult(results[i]);
        }

        return true;
    }

    /// <summary>
    /// Once more, where rows were held by a writer that has stopped in the middle of its group and will perhaps never go on: its users' new
    /// owner must not wait for it.
    /// </summary>
    private bool TryCommitUnblocked(ref DbConnection? connection, IReadOnlyList<Pending> group)
    {
        try
        {
            return connection is not null && group[0].Failure is { } failure && _dialect.SaysBlocked(failure)
                && _dialect.EndStalledWriters(connection) > 0 && TryCommit(ref connection, group);
        }
        catch (DbException)
        {
            // Then they stay blocked, and those that are not get their turn.
            return false;
        }
    }

    /// <summary>Before the answer, which says that nothing is left. Where somebody reads for long, with the next group.</summary>
    private void EraseTraces(DbConnection connection)
    {
        try
        {
            _leftTraces = !_dialect.Erased(connection);
        }
        catch (DbException)
        {
            // What was written is committed all the same; a connection that broke is met by the next group, which tries again.
            _leftTraces = true;
        }
    }

    private static bool IsAlive(DbConnection? connection)
    {
        if (connection is not { State: ConnectionState.Open })
        {
            return false;
        }

        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT 1";
            command.ExecuteScalar();
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private sealed class Pending(StoreWrite write)
    {
        public StoreWrite Write => write;

        public TaskCompletionSource<object?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Failure { get; set; }
    }
}
