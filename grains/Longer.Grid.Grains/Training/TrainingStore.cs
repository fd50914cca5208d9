using System.Data.Common;
using System.Globalization;
using System.Text.Json;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="ITrainingStore"/>
public sealed class TrainingStore : ITrainingStore, IDisposable
{
    /// <summary>Has its one row from the day on which training began.</summary>
    internal const string Table = "training";

    /// <summary>How far users have been read.</summary>
    internal const string Positions = "training_position";

    /// <summary>Checkpoints in numbered pieces.</summary>
    internal const string Chunks = "training_chunk";

    private readonly SqlDialect _dialect;
    private readonly DbDataSource _source;
    private readonly StoreReaders _thread = new(count: 1);

    /// <summary>Opens the store of a database whose tables <see cref="GridSchema.Migrate"/> has made.</summary>
    /// <exception cref="StoreUnavailableException">The connection string cannot be read.</exception>
    public TrainingStore(GridDatabase database) => (_dialect, _source) = (database.Dialect, database.Open("training", GridConnections.Training - 1));

    /// <inheritdoc/>
    public Task<(TrainingState State, long Revision)> BeginAsync() => RunAsync(connection =>
    {
        connection.Execute(
            null,
            $"INSERT INTO {Table} (id, revision, state) VALUES (1, 0, @state) ON CONFLICT (id) DO NOTHING",
            ("state", JsonSerializer.Serialize(new TrainingState())));
        using var command = connection.Command(null, $"SELECT state, revision FROM {Table} WHERE id = 1");
        using var row = command.ExecuteReader();
        return row.Read() ? (StateOf(row.GetString(0)), row.GetInt64(1)) : throw new StoreUnavailableException("How far training is stands in the database no more: it was ended just then.");
    });

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, TrainedPosition>> PositionsAsync(IReadOnlyCollection<string> userIds) => RunAsync<IReadOnlyDictionary<string, TrainedPosition>>(connection =>
    {
        var positions = new Dictionary<string, TrainedPosition>(StringComparer.Ordinal);
        foreach (var userId in userIds)
        {
            using var command = connection.Command(null, $"SELECT born, next_ordinal FROM {Positions} WHERE user_id = @user", ("user", userId));
            using var row = command.ExecuteReader();
            if (row.Read())
            {
                positions.Add(userId, new(row.GetInt64(0), row.GetInt64(1)));
            }
        }

        return positions;
    });

    /// <inheritdoc/>
    public Task WriteCheckpointAsync(string checkpoint, Action<Stream> write) => RunAsync(connection =>
    {
        // One that was begun before is of a process that has ended.
        connection.Execute(null, $"DELETE FROM {Chunks} WHERE checkpoint = @checkpoint", ("checkpoint", checkpoint));
        using var stream = new CheckpointStream(connection, checkpoint);
        write(stream);
        stream.Flush();
        return true;
    });

    /// <inheritdoc/>
    public Stream OpenCheckpoint(string checkpoint) => new PieceStream(
        _source, new($"SELECT bytes FROM {Chunks} WHERE checkpoint = @checkpoint AND number = @number", ("checkpoint", checkpoint)), length: null);

    /// <inheritdoc/>
    public Task<long> CommitAsync(TrainingState state, long revision, IReadOnlyDictionary<string, TrainedPosition> positions) => RunAsync(connection =>
    {
        using var transaction = connection.BeginTransaction();
        var changed = connection.Execute(
            transaction,
            $"UPDATE {Table} SET state = @state, revision = revision + 1 WHERE id = 1 AND revision = @revision",
            ("state", JsonSerializer.Serialize(state)),
            ("revision", revision));
        if (changed == 0)
        {
            throw new TrainingConflictException("Another process has carried training on from the same state; it is read anew.");
        }

        foreach (var (userId, position) in positions.OrderBy(position => position.Key, StringComparer.Ordinal))
        {
            // Of a user who was erased meanwhile, or is just then, nothing is left here either.
            connection.Execute(
                transaction,
                $"""
                INSERT INTO {Positions} (user_id, born, next_ordinal) SELECT user_id, @born, @next FROM user_head WHERE user_id = @user {_dialect.KeepsRows}
                ON CONFLICT (user_id) DO UPDATE SET born = excluded.born, next_ordinal = excluded.next_ordinal
                """,
                ("user", userId),
                ("born", position.Born),
                ("next", position.NextOrdinal));
        }

        connection.Execute(transaction, $"DELETE FROM {Chunks} WHERE checkpoint <> @checkpoint", ("checkpoint", state.Checkpoint ?? ""));
        transaction.Commit();
        return revision + 1;
    });

    /// <summary>The last period of a grid's training; <see langword="null"/> before the first, and where nothing trains.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    public Task<TrainingPeriodReport?> LastAsync() => RunAsync(connection =>
    {
        using var command = connection.Command(null, $"SELECT state FROM {Table} WHERE id = 1");
        return command.ExecuteScalar() is string state ? StateOf(state).Last : null;
    });

    /// <summary>Ends training for good: nothing waits for it any more, and it would begin with the first change again.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be written.</exception>
    public static void End(GridDatabase database)
    {
        using var store = new TrainingStore(database);
        store.Run(connection =>
        {
            using var transaction = connection.BeginTransaction();
            foreach (var table in new[] { Table, Positions, Chunks })
            {
                connection.Execute(transaction, $"DELETE FROM {table}");
            }

            transaction.Commit();
            return true;
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _thread.Dispose();
        _source.Dispose();
    }

    private static TrainingState StateOf(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingState>(json)!;
        }
        catch (JsonException e)
        {
            throw new StoreUnavailableException($"How far training is cannot be read ({Table}): {e.Message}", e);
        }
    }

    private Task<T> RunAsync<T>(Func<DbConnection, T> run) => _thread.RunAsync(() => Run(run));

    private T Run<T>(Func<DbConnection, T> run)
    {
        try
        {
            using var connection = _source.OpenConnection();
            _dialect.Prepare(connection, unsafeDurability: false);
            return run(connection);
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException(string.Create(CultureInfo.InvariantCulture, $"The training store cannot be used: {e.Message}"), e);
        }
    }
}
