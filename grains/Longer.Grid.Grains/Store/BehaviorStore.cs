using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>Behaviours and outcomes on SQLite or PostgreSQL: one SQL for both.</summary>
public sealed class BehaviorStore : IBehaviorStore, IOutcomeStore, IDisposable
{
    /// <summary>One connection is the writer's.</summary>
    private const int Readers = GridConnections.Behaviors - 1;

    private readonly DbDataSource _source;
    private readonly SqlDialect _dialect;
    private readonly bool _unsafeDurability;
    private readonly GroupCommit _writer;
    private readonly StoreReaders _readers;
    private bool _disposed;

    /// <summary>Opens the store, whose tables <see cref="GridSchema.Migrate"/> has made.</summary>
    /// <param name="database">Where it is.</param>
    /// <param name="unsafeDurability">Whether a committed write may be lost with the machine's power.</param>
    /// <param name="time">For the time of the last write.</param>
    /// <exception cref="StoreUnavailableException">It cannot be opened, its tables are of another version, or a commit would not survive power loss.</exception>
    public BehaviorStore(GridDatabase database, bool unsafeDurability, TimeProvider time)
    {
        _dialect = database.Dialect;
        _unsafeDurability = unsafeDurability;
        _source = database.Open("behaviors", GridConnections.Behaviors);
        try
        {
            using var connection = OpenConnection();
            if (!unsafeDurability && _dialect.WeakDurability(connection) is { } weak)
            {
                throw new StoreUnavailableException($"A commit would not survive power loss: {weak}. Allow it with unsafe durability, or mend the database's settings.");
            }

            GridSchema.Require(_dialect, connection);
        }
        catch (DbException e)
        {
            _source.Dispose();
            throw new StoreUnavailableException($"The behaviour store cannot be opened: {e.Message}", e);
        }
        catch
        {
            _source.Dispose();
            throw;
        }

        _writer = new GroupCommit(OpenWriter, _dialect, time);
        _readers = new StoreReaders(Readers);
    }

    /// <inheritdoc/>
    public async Task<UserHead> OpenAsync(string userId) => (UserHead)(await _writer.RunAsync(new UserWrite.Open(userId)))!;

    /// <inheritdoc/>
    public Task<UserHead?> ReadHeadAsync(string userId) => ReadAsync(connection =>
    {
        using var command = connection.Command(null, "SELECT epoch, next_ordinal, profile, previous_epoch FROM user_head WHERE user_id = @user", ("user", userId));
        using var row = command.ExecuteReader();
        return row.Read() ? new UserHead(row.GetInt64(0), row.GetInt64(1), (byte[])row[2], row.GetInt64(3)) : null;
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredSegment>> ReadSegmentsAsync(string userId, long first, long last) => ReadAsync<IReadOnlyList<StoredSegment>>(connection =>
    {
        using var command = connection.Command(
            null,
            "SELECT segment, first_ordinal, count, events FROM behavior_segment WHERE user_id = @user AND segment >= @from AND segment <= @to ORDER BY segment",
            ("user", userId),
            ("from", first),
            ("to", last));
        return ReadSegments(command);
    });

    /// <inheritdoc/>
    public Task<StoredSegment?> ReadOldestSegmentAsync(string userId) => ReadAsync(connection =>
    {
        using var command = connection.Command(
            null,
            "SELECT segment, first_ordinal, count, events FROM behavior_segment WHERE user_id = @user ORDER BY segment LIMIT 1",
            ("user", userId));
        return ReadSegments(command).SingleOrDefault();
    });

    /// <inheritdoc/>
    public Task<bool> WriteAsync(string userId, long epoch, long expectedOrdinal, long nextOrdinal, bool replaces, IReadOnlyList<StoredSegment> segments, long firstSegment = 0) =>
        WroteAsync(new UserWrite.Append(userId, epoch, expectedOrdinal, nextOrdinal, replaces, segments, firstSegment));

    /// <inheritdoc/>
    public Task<bool> SetProfileAsync(string userId, long epoch, long expectedOrdinal, byte[] profile) =>
        WroteAsync(new UserWrite.SetProfile(userId, epoch, expectedOrdinal, profile));

    /// <inheritdoc/>
    public Task<bool> ForgetAsync(string userId, long epoch, long expectedOrdinal, bool onlyIfEmpty) =>
        WroteAsync(new UserWrite.Forget(userId, epoch, expectedOrdinal, onlyIfEmpty));

    /// <inheritdoc/>
    public async Task<int> AddAsync(IReadOnlyList<StoredOutcome> outcomes) => (int)(await _writer.RunAsync(new OutcomeWrite.Add(outcomes)))!;

    /// <inheritdoc/>
    public async Task<int> TrimAsync(long beforeMs, int limit) => (int)(await _writer.RunAsync(new OutcomeWrite.Trim(beforeMs, limit)))!;

    /// <summary>What the writer has done so far.</summary>
    internal WriterFigures Writer => _writer.Figures;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _writer.Dispose();
        _readers.Dispose();
        _source.Dispose();
    }

    internal static List<StoredSegment> ReadSegments(DbCommand command)
    {
        using var rows = command.ExecuteReader();
        var segments = new List<StoredSegment>();
        while (rows.Read())
        {
            segments.Add(new StoredSegment(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt32(2), (byte[])rows[3]));
        }

        return segments;
    }

    private async Task<bool> WroteAsync(UserWrite write) => await _writer.RunAsync(write) is not null;

    private Task<T> ReadAsync<T>(Func<DbConnection, T> read) => _readers.RunAsync(() =>
    {
        try
        {
            using var connection = OpenConnection();
            return read(connection);
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException($"The behaviour store cannot be read: {e.Message}", e);
        }
    });

    private DbConnection OpenWriter()
    {
        var connection = OpenConnection();
        try
        {
            _dialect.PrepareWriter(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private DbConnection OpenConnection()
    {
        var connection = _source.OpenConnection();
        try
        {
            _dialect.Prepare(connection, _unsafeDurability);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
