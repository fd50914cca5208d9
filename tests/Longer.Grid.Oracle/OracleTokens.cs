using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>The tokens that enter layer 0 (MODEL.md sections 3 to 5).</summary>
internal sealed class OracleTokens(LongerConfig config, ModelWeights weights)
{
    /// <summary>All groups that can be computed, oldest first.</summary>
    public List<OracleGroup> Groups(OracleCase scored)
    {
        int size = config.GroupSize;
        var end = scored.FirstOrdinal + scored.Events.Count;
        var groups = new List<OracleGroup>();
        for (var number = scored.FirstOrdinal / size; number * size < end; number++)
        {
            // Its first event is kept, and that one's predecessor too: the gap needs both times.
            var first = number * size;
            if (first == 0 ? scored.FirstOrdinal == 0 : first - 1 >= scored.FirstOrdinal)
            {
                var ordinals = Enumerable.Range(0, size).Select(slot => first + slot).Where(ordinal => ordinal < end).ToList();
                var events = ordinals.Select(ordinal => At(scored, ordinal)).ToList();
                var tokens = ordinals.Select(ordinal => Event(At(scored, ordinal), ordinal == 0 ? null : At(scored, ordinal - 1))).ToList();
                groups.Add(new OracleGroup(number, events, Merge(tokens)));
            }
        }

        return groups;
    }

    /// <summary>The user token, then the CLS tokens.</summary>
    public List<double[]> UserGlobals(OracleUser user)
    {
        var token = Row("user", OracleIds.Row(user.UserId, config.UserRows));
        foreach (var feature in config.Profile)
        {
            token = OracleMath.Add(token, Row($"profile.{feature.Name}", OracleIds.Row(user.Profile.GetValueOrDefault(feature.Name), feature.Rows)));
        }

        return [token, .. Enumerable.Range(0, config.ClsTokens).Select(index => Row("cls", index))];
    }

    /// <summary>A candidate's token.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="visible">The events of the visible groups, oldest first.</param>
    /// <param name="atMs">Request time.</param>
    public double[] Candidate(OracleCandidate candidate, IReadOnlyList<OracleEvent> visible, long atMs)
    {
        List<double> y = [.. Ids(candidate.ItemId, candidate.Sides)];
        var itemKey = OracleIds.Key(candidate.ItemId);
        y.AddRange(Cross("item", [.. visible.Where(e => OracleIds.Key(e.ItemId) == itemKey)], atMs));
        foreach (var side in config.Sides)
        {
            ulong? key = KeyOf(candidate.Sides, side.Name);
            y.AddRange(Cross(side.Name, [.. visible.Where(e => key is not null && KeyOf(e.Sides, side.Name) == key)], atMs));
        }

        return TwoLinears("candidate", [.. y]);
    }

    private static ulong? KeyOf(IReadOnlyDictionary<string, string> sides, string side) =>
        sides.TryGetValue(side, out var value) ? OracleIds.Key(value) : null;

    private static OracleEvent At(OracleCase scored, long ordinal) => scored.Events[(int)(ordinal - scored.FirstOrdinal)];

    private double[] Event(OracleEvent it, OracleEvent? previous)
    {
        var actionRow = config.Actions.Contains(it.Action) ? 1 + config.Actions.ToList().IndexOf(it.Action) : 0;
        var gap = previous is null ? 0 : OracleBuckets.OfSeconds(previous.AtMs, it.AtMs);
        return TwoLinears("event", [.. Ids(it.ItemId, it.Sides), .. Row("action", actionRow), .. Row("gap", gap)]);
    }

    private double[] Merge(IReadOnlyList<double[]> events)
    {
        var u = events.Select((token, slot) => OracleMath.Add(token, Row("inner.position", slot))).ToList();
        for (var i = 0; i < config.InnerLayers; i++)
        {
            var block = new OracleBlock(weights, $"inner.{i}", config.InnerHeads);
            var keys = u.Select(token => (block.Key(token), (double[]?)null)).ToList();
            u = u.Select(token => block.Apply(token, keys)).ToList();
        }

        // Empty slots are zeros.
        var merged = new double[config.GroupSize * config.EventDim];
        u.SelectMany(token => token).ToArray().CopyTo(merged, 0);
        return merged;
    }

    private List<double> Ids(string itemId, IReadOnlyDictionary<string, string> sides)
    {
        var rows = new List<double>(Row("item", OracleIds.Row(itemId, config.Item.Rows)));
        foreach (var side in config.Sides)
        {
            rows.AddRange(Row($"side.{side.Name}", OracleIds.Row(sides.GetValueOrDefault(side.Name), side.Rows)));
        }

        return rows;
    }

    private IEnumerable<double> Cross(string name, IReadOnlyList<OracleEvent> same, long atMs)
    {
        var age = same.Count == 0 ? OracleBuckets.Never : OracleBuckets.OfSeconds(same[^1].AtMs, atMs);
        return Row($"cross.{name}_count", OracleBuckets.Of(same.Count)).Concat(Row($"cross.{name}_age", age));
    }

    private double[] Row(string table, int row)
    {
        var name = $"{table}.weight";
        var width = weights.Specs.Single(spec => spec.Name == name).Shape[1];
        return [.. weights[name].AsSpan(row * width, width).ToArray().Select(value => (double)value)];
    }

    private double[] TwoLinears(string name, double[] x) =>
        OracleMath.Linear(
            weights[$"{name}.out.weight"],
            weights[$"{name}.out.bias"],
            OracleMath.Gelu(OracleMath.Linear(weights[$"{name}.in.weight"], weights[$"{name}.in.bias"], x)));
}
