namespace Longer.Grid.Model;

/// <summary>Fills the graphs' inputs about events and the user: rows and buckets, never embeddings.</summary>
internal static class EventInputs
{
    /// <summary>The events of some consecutive groups (MODEL.md sections 3 and 4).</summary>
    /// <param name="run">Where the inputs go.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="timeline">The user's history.</param>
    /// <param name="from">The first group.</param>
    /// <param name="count">Groups, at least one. One that holds no event yet is all empty slots.</param>
    /// <param name="together">Groups of a tile; empty ones fill the last tile.</param>
    public static void Add(RunArguments run, LongerConfig config, in Timeline timeline, long from, int count, int together)
    {
        int k = config.GroupSize, slots = GroupTiles.Padded(count, together) * k;
        var history = timeline.History;
        var begin = from * k;
        var first = (int)(begin - history.FirstOrdinal);
        var events = (int)Math.Max(0, Math.Min((from + count) * k, history.NextOrdinal) - begin);
        var items = new int[slots];
        var actions = new int[slots];
        var gaps = new int[slots];
        var sides = config.Sides.Select(_ => new int[slots]).ToArray();
        var filled = new float[slots];
        var slotBias = new float[slots];
        filled.AsSpan(0, events).Fill(1);
        slotBias.AsSpan(events).Fill(ModelGraph.Masked);
        if (events > 0)
        {
            Rows(items.AsSpan(0, events), history.ItemKeys[first..], config.Item.Rows);
            ActionRows(actions.AsSpan(0, events), config, history, first);
            Gaps(gaps.AsSpan(0, events), history, first);
            for (var s = 0; s < sides.Length; s++)
            {
                if (history.SideColumn(config.Sides[s].Name) is { } column)
                {
                    Rows(sides[s].AsSpan(0, events), column, first, config.Sides[s].Rows);
                }
            }
        }

        run.Input("item_rows", items, slots);
        for (var s = 0; s < sides.Length; s++)
        {
            run.Input($"side_{config.Sides[s].Name}_rows", sides[s], slots);
        }

        run.Input("action_rows", actions, slots);
        run.Input("gap_buckets", gaps, slots);
        run.Input("slot_filled", filled, slots, 1);
        if (config.InnerLayers > 0)
        {
            run.Input("slot_bias", slotBias, slots / (k * together), 1, 1, k * together);
        }
    }

    /// <summary>The user token's rows (MODEL.md section 5).</summary>
    public static void Add(RunArguments run, LongerConfig config, UserFeatures features)
    {
        run.Input("user_row", new[] { EntityKey.Row(features.UserKey, config.UserRows) }, 1);
        foreach (var feature in config.Profile)
        {
            ulong? key = features.Profile.TryGetValue(feature.Name, out var value) ? value : null;
            run.Input($"profile_{feature.Name}_row", new[] { EntityKey.Row(key, feature.Rows) }, 1);
        }
    }

    private static void Rows(Span<int> to, ReadOnlySpan<ulong> keys, int rows)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = EntityKey.Row(keys[i], rows);
        }
    }

    private static void Rows(Span<int> to, KeyColumn column, int first, int rows)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = EntityKey.Row(column[first + i], rows);
        }
    }

    /// <summary>Each action's name is looked up once, not for every event of it.</summary>
    private static void ActionRows(Span<int> to, LongerConfig config, HistorySnapshot history, int first)
    {
        var rowOf = Array.ConvertAll(history.ActionNames, config.ActionRow);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = rowOf[history.ActionCodes[first + i]];
        }
    }

    private static void Gaps(Span<int> to, HistorySnapshot history, int first)
    {
        // The event with ordinal 0 has no predecessor, and a gap of 0.
        var times = history.Times;
        var previousMs = history.FirstOrdinal + first == 0 ? times[0] : times[first - 1];
        for (var i = 0; i < to.Length; i++)
        {
            var atMs = times[first + i];
            to[i] = LogBucket.OfSeconds(previousMs, atMs);
            previousMs = atMs;
        }
    }
}
