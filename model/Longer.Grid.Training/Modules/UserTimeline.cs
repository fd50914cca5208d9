using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>One user's whole history as rows and buckets of a model's tables, computed once and cut differently by each request.</summary>
internal sealed class UserTimeline
{
    private readonly HistorySnapshot _history;
    private readonly Dictionary<ulong, List<int>> _items = [];
    private readonly Dictionary<ulong, List<int>>[] _sides;

    public UserTimeline(LongerConfig config, UserFeatures features, HistorySnapshot history)
    {
        _history = history;
        Config = config;
        ItemRows = new long[history.Count];
        ActionRows = new long[history.Count];
        GapBuckets = new long[history.Count];
        SideRows = [.. config.Sides.Select(_ => new long[history.Count])];
        _sides = [.. config.Sides.Select(_ => new Dictionary<ulong, List<int>>())];
        var actions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < history.Count; i++)
        {
            var ordinal = history.FirstOrdinal + i;
            var action = history.Action(ordinal);
            if (!actions.TryGetValue(action, out var row))
            {
                actions.Add(action, row = config.ActionRow(action));
            }

            ActionRows[i] = row;
            ItemRows[i] = EntityKey.Row(history.ItemKey(ordinal), config.Item.Rows);
            GapBuckets[i] = ordinal > 0 && i == 0 ? 0 : history.GapBucket(ordinal); // The first kept event of a trimmed life is in no group.
            Note(_items, history.ItemKey(ordinal), i);
            for (var s = 0; s < _sides.Length; s++)
            {
                var key = history.SideKey(config.Sides[s].Name, ordinal);
                SideRows[s][i] = EntityKey.Row(key, config.Sides[s].Rows);
                if (key is { } present)
                {
                    Note(_sides[s], present, i);
                }
            }
        }

        UserRow = EntityKey.Row(features.UserKey, config.UserRows);
        ProfileRows = [.. config.Profile.Select(p => (long)EntityKey.Row(features.Profile.TryGetValue(p.Name, out var key) ? key : null, p.Rows))];
    }

    public LongerConfig Config { get; }

    public long[] ItemRows { get; }

    public long[] ActionRows { get; }

    public long[] GapBuckets { get; }

    public long[][] SideRows { get; }

    public long UserRow { get; }

    public long[] ProfileRows { get; }

    /// <summary>Ordinal of the first kept event.</summary>
    public long FirstOrdinal => _history.FirstOrdinal;

    /// <summary>The oldest group that can be computed.</summary>
    public long FirstGroup => _history.FirstWholeGroup(Config.GroupSize);

    /// <summary>Time of a group's last event, for a history that ends before an ordinal.</summary>
    public long LastMs(long group, long end) => _history.AtMs(Math.Min((group + 1) * Config.GroupSize, end) - 1);

    /// <summary>Buckets of a candidate's cross features (MODEL.md section 5): count and age for the item, then for each side.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="firstVisible">Ordinal of the oldest event of the visible groups.</param>
    /// <param name="end">One past the newest visible ordinal.</param>
    /// <param name="atMs">The request's time.</param>
    /// <param name="buckets">Receives 2 · (1 + sides) buckets.</param>
    public void CrossFeatures(in CandidateFeatures candidate, long firstVisible, long end, long atMs, Span<long> buckets)
    {
        Cross(_items, candidate.ItemKey, buckets[..2]);
        for (var s = 0; s < _sides.Length; s++)
        {
            Cross(_sides[s], SideOf(candidate, Config.Sides[s].Name), buckets.Slice(2 + (2 * s), 2));
        }

        void Cross(Dictionary<ulong, List<int>> places, ulong? key, Span<long> to)
        {
            (to[0], to[1]) = (LogBucket.Of(0), LogBucket.Never);
            if (key is { } present && places.TryGetValue(present, out var at))
            {
                var (from, until) = (Before(at, firstVisible - FirstOrdinal), Before(at, end - FirstOrdinal));
                if (until > from)
                {
                    to[0] = LogBucket.Of(until - from);
                    to[1] = LogBucket.OfSeconds(_history.AtMs(FirstOrdinal + at[until - 1]), atMs);
                }
            }
        }
    }

    public static ulong? SideOf(in CandidateFeatures candidate, string side)
    {
        foreach (var (name, key) in candidate.Sides)
        {
            if (string.Equals(name, side, StringComparison.Ordinal))
            {
                return key;
            }
        }

        return null;
    }

    private static void Note(Dictionary<ulong, List<int>> places, ulong key, int index)
    {
        if (!places.TryGetValue(key, out var at))
        {
            places.Add(key, at = []);
        }

        at.Add(index);
    }

    /// <summary>How many of some rising places are below an index.</summary>
    private static int Before(List<int> places, long index)
    {
        var found = places.BinarySearch((int)Math.Clamp(index, 0, int.MaxValue));
        return found < 0 ? ~found : found;
    }
}
