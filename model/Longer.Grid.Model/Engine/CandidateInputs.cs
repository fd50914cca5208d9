using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>How often each asked key occurs among the visible events, and at which ordinal last.</summary>
    private static Dictionary<ulong, (int Count, long Newest)> Seen(ulong?[] asked, HistorySnapshot history, long from, string? side)
    {
        var seen = new Dictionary<ulong, (int Count, long Newest)>(asked.Length);
        foreach (var key in asked)
        {
            if (key is { } present)
            {
                seen[present] = default;
            }
        }

        var column = side is null ? null : history.SideColumn(side);
        if ((side is not null && column is null) || seen.Count == 0)
        {
            return seen;
        }

        // Ten thousand events against a few hundred keys: most are told apart without looking a key up.
        var filter = new KeyFilter(seen.Keys);
        var keys = column is null ? history.ItemKeys : column.Keys(history.Count);
        for (var i = (int)(Math.Max(from, history.FirstOrdinal) - history.FirstOrdinal); i < keys.Length; i++)
        {
            if (filter.MayHold(keys[i]) && (column is null || column[i] is not null))
            {
                ref var found = ref CollectionsMarshal.GetValueRefOrNullRef(seen, keys[i]);
                if (!Unsafe.IsNullRef(ref found))
                {
                    found = (found.Count + 1, history.FirstOrdinal + i);
                }
            }
        }

        return seen;
    }

    private static void AddCross(
        RunArguments run, string name, ulong?[] keys, Dictionary<ulong, (int Count, long Newest)> seen, HistorySnapshot history, long atMs)
    {
        var counts = new int[keys.Length];
        var ages = new int[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var (count, newest) = keys[i] is { } key ? seen[key] : default;
            counts[i] = LogBucket.Of(count);
            ages[i] = count == 0 ? LogBucket.Never : LogBucket.OfSeconds(history.AtMs(newest), atMs);
        }

        run.Input($"cross_{name}_count", counts, keys.Length);
        run.Input($"cross_{name}_age", ages, keys.Length);
    }
}
