namespace Longer.Grid.Model;

/// <summary>Fills the score graph's inputs about candidates: rows, and cross features from one pass over the visible events.</summary>
internal static class CandidateInputs
{
    /// <summary>Candidates against a history (MODEL.md section 5).</summary>
    /// <param name="run">Where the inputs go.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="timeline">The history that the user's state was computed from.</param>
    /// <param name="candidates">At least one.</param>
    /// <param name="atMs">The request's time.</param>
    public static void Add(RunArguments run, LongerConfig config, in Timeline timeline, IReadOnlyList<CandidateFeatures> candidates, long atMs)
    {
        var keys = new ulong?[candidates.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = candidates[i].ItemKey;
        }

        var visible = Math.Max(timeline.First, timeline.Newest - config.VisibleGroups + 1) * config.GroupSize;
        run.Input("item_rows", Rows(keys, config.Item.Rows), keys.Length);
        AddCross(run, "item", keys, Seen(keys, timeline.History, visible, side: null), timeline.History, atMs);
        foreach (var side in config.Sides)
        {
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = Find(candidates[i].Sides, side.Name);
            }

            run.Input($"side_{side.Name}_rows", Rows(keys, side.Rows), keys.Length);
            AddCross(run, side.Name, keys, Seen(keys, timeline.History, visible, side.Name), timeline.History, atMs);
        }
    }

    private static int[] Rows(ulong?[] keys, int rows) => Array.ConvertAll(keys, key => EntityKey.Row(key, rows));

    private static ulong? Find(IReadOnlyList<KeyValuePair<string, ulong>> sides, string name)
    {
        foreach (var (sideName, key) in sides)
        {
            if (string.Equals(sideName, name, StringComparison.Ordinal))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>How often each asked key occurs among the visible events, and in which of the kept ones last.</summary>
    private static KeyCounts Seen(ulong?[] asked, HistorySnapshot history, long from, string? side)
    {
        var seen = new KeyCounts(asked);
        var first = (int)(Math.Max(from, history.FirstOrdinal) - history.FirstOrdinal);
        if (side is null)
        {
            seen.Count(history.ItemKeys, first, null);
        }
        else if (history.SideColumn(side) is { } column)
        {
            seen.Count(column.Keys(history.Count), first, column);
        }

        return seen;
    }

    private static void AddCross(RunArguments run, string name, ulong?[] keys, in KeyCounts seen, HistorySnapshot history, long atMs)
    {
        var counts = new int[keys.Length];
        var ages = new int[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var (count, newest) = seen.Of(keys[i]);
            counts[i] = LogBucket.Of(count);
            ages[i] = count == 0 ? LogBucket.Never : LogBucket.OfSeconds(history.Times[newest], atMs);
        }

        run.Input($"cross_{name}_count", counts, keys.Length);
        run.Input($"cross_{name}_age", ages, keys.Length);
    }
}
