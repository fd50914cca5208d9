using System.Data.Common;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>Reads users' histories as a model reads them, without taking the users over: they may be written meanwhile.</summary>
public sealed class HistoryReader : IDisposable
{
    private readonly SqlDialect _dialect;
    private readonly DbDataSource _source;
    private readonly StoreReaders _thread = new(count: 1);

    /// <summary>Opens the reader of a database whose tables <see cref="GridSchema.Migrate"/> has made.</summary>
    /// <exception cref="StoreUnavailableException">The connection string cannot be read.</exception>
    public HistoryReader(GridDatabase database) => (_dialect, _source) = (database.Dialect, database.Open("histories", connections: 1));

    /// <summary>A user's events in a range of ordinals, as far as they are kept, and the profile as it is now.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="from">The first ordinal that is needed; some before it come along.</param>
    /// <param name="to">The first that is not needed; some from it on come along.</param>
    /// <param name="sides">The features to read.</param>
    /// <returns>An empty history where nothing of the range is kept.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    /// <exception cref="UserUnreadableException">What it holds is damaged; the segment is named.</exception>
    public Task<UserInput> ReadAsync(string userId, long from, long to, IReadOnlySet<string> sides) => _thread.RunAsync(() =>
    {
        try
        {
            using var connection = _source.OpenConnection();
            _dialect.Prepare(connection, unsafeDurability: false);
            var profile = Profile(connection, userId);
            var history = new EventHistory();
            var isFirst = true;
            foreach (var segment in Segments(connection, userId, Math.Max(0, from) / StoredSegment.Capacity, (to - 1) / StoredSegment.Capacity))
            {
                if (isFirst)
                {
                    (history, isFirst) = (new EventHistory(segment.FirstOrdinal), false);
                }

                if (segment.FirstOrdinal != history.NextOrdinal)
                {
                    throw StoredEvents.Unreadable(userId, segment.Number, $"it begins at ordinal {segment.FirstOrdinal}; expected is {history.NextOrdinal}");
                }

                StoredEvents.Unpack(userId, segment).AppendTo(history, sides);
            }

            return new UserInput(history.Snapshot(), ModelEvents.Features(userId, StoredEvents.ReadProfile(userId, profile)));
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException($"The behaviour store cannot be read: {e.Message}", e);
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _thread.Dispose();
        _source.Dispose();
    }

    private static byte[] Profile(DbConnection connection, string userId)
    {
        using var command = connection.Command(null, "SELECT profile FROM user_head WHERE user_id = @user", ("user", userId));
        return command.ExecuteScalar() as byte[] ?? [];
    }

    private static List<StoredSegment> Segments(DbConnection connection, string userId, long first, long last)
    {
        using var command = connection.Command(
            null,
            "SELECT segment, first_ordinal, count, events FROM behavior_segment WHERE user_id = @user AND segment >= @from AND segment <= @to ORDER BY segment",
            ("user", userId),
            ("from", first),
            ("to", last));
        return BehaviorStore.ReadSegments(command);
    }
}
