using System.Collections.Concurrent;
using Longer.Grid.Grains;

namespace Longer.Grid.Benchmarks;

/// <summary>The store alone, with the segments that a grain would write: the newest one is packed again for each append.</summary>
internal sealed class StoreTarget(GridDatabase database) : IAppendTarget
{
    private readonly BehaviorStore _store = new(database, unsafeDurability: false, TimeProvider.System);
    private readonly ConcurrentDictionary<string, UserLife> _users = [];

    /// <inheritdoc/>
    public WriterFigures Writer => _store.Writer;

    /// <inheritdoc/>
    public async Task PrepareAsync(string user) => _users[user] = UserLife.TakenOver(user, await _store.OpenAsync(user));

    /// <inheritdoc/>
    public async Task AppendAsync(string user, IReadOnlyList<BehaviorEvent> events)
    {
        var life = _users[user];
        var (now, segments) = (life.History.NextOrdinal, life.SegmentsWith(events));
        if (!await _store.WriteAsync(user, life.Epoch!.Value, now, now + events.Count, replaces: false, segments))
        {
            throw new InvalidOperationException("The user was taken over.");
        }

        life.Append(events, segments, keep: 1, firstSegment: 0);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}
