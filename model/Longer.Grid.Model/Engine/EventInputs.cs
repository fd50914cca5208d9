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
        var items = new int[slots];
        var actions = new int[slots];
        var gaps = new int[slots];
        var sides = config.Sides.Select(_ => new int[slots]).ToArray();
        var filled = new float[slots];
        var slotBias = new float[slots];
        Array.Fill(slotBias, ModelGraph.Masked);

        var columns = config.Sides.Select(s => history.SideColumn(s.Name)).ToArray();
        var end = Math.Min((from + count) * k, history.NextOrdinal);
        for (var ordinal = from * k; ordinal < end; ordinal++)
        {
            var slot = (int)(ordinal - (from * k));
            items[slot] = EntityKey.Row(history.ItemKey(ordinal), config.Item.Rows);
            var index = (int)(ordinal - history.FirstOrdinal);
            actions[slot] = config.ActionRow(history.Action(ordinal));
            gaps[slot] = history.GapBucket(ordinal);
            for (var s = 0; s < sides.Length; s++)
            {
                sides[s][slot] = EntityKey.Row(columns[s]?[index], config.Sides[s].Rows);
            }

            filled[slot] = 1;
            slotBias[slot] = 0;
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
}
