using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>A user's whole history and requests as rows and buckets of one config, computed once for all epochs.</summary>
internal sealed class EncodedUser
{
    /// <summary>Encodes a user of a data set.</summary>
    /// <param name="config">Tables and windows.</param>
    /// <param name="user">Whose history it is.</param>
    /// <param name="requests">Which of the user's requests, in time order.</param>
    public EncodedUser(LongerConfig config, UserSamples user, IReadOnlyList<Request> requests)
        : this(config, user.Features, user.History, [.. requests.Select(AskedRequest.Of)])
    {
    }

    /// <summary>Encodes a user.</summary>
    public EncodedUser(LongerConfig config, UserFeatures features, HistorySnapshot history, IReadOnlyList<AskedRequest> requests)
    {
        Config = config;
        FirstOrdinal = history.FirstOrdinal;
        FirstGroup = history.FirstWholeGroup(config.GroupSize);
        TimesMs = history.CopyTimesMs();
        ItemRows = new int[history.Count];
        ActionRows = new int[history.Count];
        GapBuckets = new int[history.Count];
        SideRows = [.. config.Sides.Select(_ => new int[history.Count])];
        var actions = config.Actions.Distinct(StringComparer.Ordinal).ToDictionary(action => action, config.ActionRow, StringComparer.Ordinal);
        for (var i = 0; i < history.Count; i++)
        {
            var ordinal = FirstOrdinal + i;
            ItemRows[i] = EntityKey.Row(history.ItemKeys[i], config.Item.Rows);
            ActionRows[i] = actions.GetValueOrDefault(history.Action(ordinal));

            // The first kept event of a trimmed history lacks the time before it; no group that can be computed holds it.
            GapBuckets[i] = i == 0 ? 0 : history.GapBucket(ordinal);
            for (var s = 0; s < SideRows.Length; s++)
            {
                SideRows[s][i] = EntityKey.Row(history.SideKey(config.Sides[s].Name, ordinal), config.Sides[s].Rows);
            }
        }

        UserRow = EntityKey.Row(features.UserKey, config.UserRows);
        ProfileRows = [.. config.Profile.Select(feature =>
            EntityKey.Row(features.Profile.TryGetValue(feature.Name, out var key) ? key : null, feature.Rows))];
        Requests = Encode(history, requests);
    }

    public LongerConfig Config { get; }

    public long FirstOrdinal { get; }

    /// <summary>The oldest group that can be computed.</summary>
    public long FirstGroup { get; }

    public long[] TimesMs { get; }

    public int[] ItemRows { get; }

    public int[][] SideRows { get; }

    public int[] ActionRows { get; }

    public int[] GapBuckets { get; }

    public int UserRow { get; }

    public int[] ProfileRows { get; }

    /// <summary>In time order.</summary>
    public EncodedRequest[] Requests { get; }

    /// <summary>Time of the last event of a full group.</summary>
    public long LastMs(long group) => TimesMs[((group + 1) * Config.GroupSize) - 1 - FirstOrdinal];

    private EncodedRequest[] Encode(HistorySnapshot history, IReadOnlyList<AskedRequest> requests)
    {
        var candidates = requests.SelectMany(request => request.Candidates).ToList();
        var features = Config.Sides.Select(side => (string?)side.Name).Prepend(null).ToArray();
        var occurrences = features
            .Select(side => new KeyOccurrences(
                candidates.Select(candidate => Key(candidate, side)).OfType<ulong>(),
                history.Count,
                i => side is null ? history.ItemKeys[i] : history.SideKey(side, FirstOrdinal + i)))
            .ToArray();
        return [.. requests.Select(request =>
        {
            var next = FirstOrdinal + request.HistoryEvents;
            var newest = Math.Max(FirstGroup - 1, ((next + Config.GroupSize - 1) / Config.GroupSize) - 1);
            var from = (int)(Math.Max(FirstGroup, newest - Config.VisibleGroups + 1) * Config.GroupSize - FirstOrdinal);
            var rows = features.Select(_ => new int[request.Candidates.Count]).ToArray();
            var cross = features.SelectMany(_ => new[] { new int[request.Candidates.Count], new int[request.Candidates.Count] }).ToArray();
            for (var c = 0; c < request.Candidates.Count; c++)
            {
                for (var f = 0; f < features.Length; f++)
                {
                    var key = Key(request.Candidates[c], features[f]);
                    rows[f][c] = EntityKey.Row(key, f == 0 ? Config.Item.Rows : Config.Sides[f - 1].Rows);
                    var (count, last) = occurrences[f].Within(key, from, request.HistoryEvents);
                    cross[2 * f][c] = LogBucket.Of(count);
                    cross[(2 * f) + 1][c] = count == 0 ? LogBucket.Never : LogBucket.OfSeconds(TimesMs[last], request.AtMs);
                }
            }

            return new EncodedRequest(request.AtMs, next, newest, rows[0], rows[1..], cross, request.Labels);
        })];
    }

    private static ulong? Key(in CandidateFeatures candidate, string? side)
    {
        if (side is null)
        {
            return candidate.ItemKey;
        }

        foreach (var (name, key) in candidate.Sides)
        {
            if (string.Equals(name, side, StringComparison.Ordinal))
            {
                return key;
            }
        }

        return null;
    }
}
