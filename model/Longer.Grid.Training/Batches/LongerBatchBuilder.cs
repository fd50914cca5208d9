using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Lays out a <see cref="LongerBatch"/>: which rows each layer has, which keys each row sees, and at which biases.</summary>
internal sealed partial class LongerBatchBuilder
{
    private readonly LongerConfig _config;
    private readonly IReadOnlyList<RequestSpan> _spans;
    private readonly SpanGroups[] _groups;
    private readonly List<ushort> _codes = [];
    private readonly List<AttentionTile>[] _tiles;
    private readonly int[] _groupRows;

    // Where a full group's row of codes begins, by span and index of the group; codes run from the oldest key that layer 0 shows it.
    private readonly int[][] _groupCodes;

    private LongerBatchBuilder(IReadOnlyList<RequestSpan> spans, QueryChoice choice)
    {
        _config = spans[0].User.Config;
        _spans = spans;
        _groups = [.. spans.Select(span => new SpanGroups(span, choice == QueryChoice.Uniform ? Chosen(span) : null))];
        _tiles = [.. Enumerable.Range(0, _config.Layers).Select(_ => new List<AttentionTile>())];
        _groupRows = [.. Enumerable.Range(0, _config.Layers).Select(l => _groups.Sum(g => RowsOf(g, l)))];
        _groupCodes = new int[spans.Count][];
    }

    /// <summary>Lays out the requests of some spans of one config.</summary>
    public static LongerBatch Build(IReadOnlyList<RequestSpan> spans, QueryChoice choice) => new LongerBatchBuilder(spans, choice).Build();

    private LongerBatch Build()
    {
        var events = new EventSlots(_config);
        for (var s = 0; s < _spans.Count; s++)
        {
            foreach (var group in _groups[s].Groups[0])
            {
                events.Add(_spans[s].User, group, _config.GroupSize);
            }

            AddGroupTiles(s);
        }

        AddChosenTiles();

        var order = AddRequests(events);
        var codes = _codes.ToArray();
        return new LongerBatch
        {
            Candidates = new CandidateRows(_spans),
            Groups = events.Groups,
            EventItems = [.. events.Items],
            EventSides = [.. events.Sides.Select(side => side.ToArray())],
            EventActions = [.. events.Actions],
            EventGaps = [.. events.Gaps],
            Filled = events.Filled(),
            Inner = _config.InnerLayers == 0 ? null : events.Plan(),
            Order = order,
            Layers = [.. Enumerable.Range(0, _config.Layers).Select(l => new LongerBatchLayer(Queries(l, order.Length), new AttentionPlan(_config.Heads, [.. _tiles[l]], codes), l == 0 ? Copies(order.Length) : null))],
        };
    }

    private int FirstRow(int layer, int span) => _groups.Take(span).Sum(g => g.Groups[layer].Length);

    private void AddGroupTiles(int s)
    {
        var (user, groups) = (_spans[s].User, _groups[s]);
        _groupCodes[s] = new int[groups.End - groups.From];
        foreach (var query in groups.Groups[1])
        {
            _groupCodes[s][query - groups.From] = _codes.Count;
            for (var key = OldestSeen(user, query, 0); key <= query; key++)
            {
                _codes.Add(BiasCode.Of(query - key, user.LastMs(key), user.LastMs(query)));
            }
        }

        // What is chosen by request has rows of its own after layer 0.
        for (var l = 0; l < (groups.Chosen is null ? _config.SelfLayers : 1); l++)
        {
            var (queryRow, keyRow) = (FirstRow(l + 1, s), FirstRow(l, s));
            foreach (var query in groups.Groups[l + 1])
            {
                var oldest = OldestSeen(user, query, l);
                var skipped = (int)(oldest - OldestSeen(user, query, 0));
                _tiles[l].Add(new AttentionTile(
                    queryRow++, 1, keyRow + groups.Row(l, oldest), (int)(query - oldest + 1), 0, 0, -1, _groupCodes[s][query - groups.From] + skipped, 0));
            }
        }
    }

    private long OldestSeen(EncodedUser user, long newest, int layer) => Math.Max(user.FirstGroup, newest - _config.Window(layer) + 1);

    /// <summary>Adds each request's rows and tiles, and its partly filled group's events.</summary>
    /// <returns>Tokens in the rows' order of layer 0.</returns>
    private int[] AddRequests(EventSlots events)
    {
        int globals = _config.UserGlobals, full = events.Groups;
        var partials = _spans.Sum(span => CountPartials(span));
        var (user, cls) = (full + partials, full + partials + _spans.Count);
        var candidate = cls + _config.ClsTokens;
        var order = new List<int>(Enumerable.Range(0, full));
        var (requests, request) = (_spans.Sum(span => span.Count), 0);
        var lastCandidate = requests;
        for (var s = 0; s < _spans.Count; s++, user++)
        {
            for (var i = 0; i < _spans[s].Count; i++)
            {
                var r = _spans[s].Requests[i];
                var rows = new RequestRows(order.Count - full, HasPartial(_spans[s].User, r), request++, lastCandidate);
                order.Add(user);
                order.AddRange(Enumerable.Range(cls, _config.ClsTokens));

                if (rows.HasPartial)
                {
                    order.Add(events.Groups);
                    events.Add(_spans[s].User, r.NewestGroup, (int)(r.NextOrdinal % _config.GroupSize));
                }

                for (var c = 0; c < r.Candidates; c++)
                {
                    order.Add(candidate++);
                }

                AddRequestTiles(s, i, rows, globals);
                lastCandidate += r.Candidates;
            }
        }

        return [.. order];
    }

    private void AddRequestTiles(int s, int r, RequestRows rows, int globals)
    {
        var (user, groups, request) = (_spans[s].User, _groups[s], _spans[s].Requests[r]);
        var newestFull = rows.HasPartial ? request.NewestGroup - 1 : request.NewestGroup;
        var oldest = OldestSeen(user, request.NewestGroup, 0);
        var window = AddCodes(user, request, rows.HasPartial, UniformGroups.Of(oldest, newestFull, int.MaxValue));
        var ofChosen = groups.Chosen is null ? default : AddCodes(user, request, rows.HasPartial, groups.Chosen[r]);
        for (var l = 0; l < _config.Layers; l++)
        {
            var (codes, skipped) = (ofChosen, 0);
            var (firstKey, count) = (_nextChosen, groups.Chosen?[r].Length ?? 0);
            if (l == 0 || groups.Chosen is null)
            {
                var seen = OldestSeen(user, request.NewestGroup, l);
                (codes, skipped) = (window, (int)(seen - oldest));
                count = (int)Math.Max(0, newestFull - seen + 1);
                firstKey = count == 0 ? 0 : FirstRow(l, s) + groups.Row(l, seen);
            }

            var own = _groupRows[l] + rows.First;
            var partial = rows.HasPartial ? 1 : 0;
            if (l < _config.SelfLayers)
            {
                var query = GroupsOut(l) + rows.First;
                for (var j = 0; j < globals; j++)
                {
                    _tiles[l].Add(new(query + j, 1, firstKey, count, own + j, globals - j + partial, -1, codes.Globals + skipped, codes.OwnOf(codes.Globals) + j));
                }

                if (rows.HasPartial)
                {
                    _tiles[l].Add(new(
                        query + globals, 1, firstKey, count, own + globals, 1, -1, codes.Partial + skipped, codes.OwnOf(codes.Partial) + globals));
                }

                AddCandidates(query + globals + partial);
            }
            else
            {
                _tiles[l].Add(new(rows.Request, 1, firstKey, count, own, globals + partial, -1, codes.Globals + skipped, codes.OwnOf(codes.Globals)));
                AddCandidates(rows.LastCandidate);
            }

            void AddCandidates(int query) => _tiles[l].Add(new(
                query,
                request.Candidates,
                firstKey,
                count,
                own,
                globals + partial,
                own + globals + partial,
                codes.Candidates + skipped,
                codes.OwnOf(codes.Candidates)));
        }

        _nextChosen += groups.Chosen?[r].Length ?? 0;
    }

    /// <summary>Bias codes of what a request's own rows see: some full groups, then the request's globals and its partly filled group.</summary>
    private RequestCodes AddCodes(EncodedUser user, EncodedRequest request, bool hasPartial, long[] groups)
    {
        var lastMs = request.NewestGroup < user.FirstGroup ? 0 : user.TimesMs[request.NextOrdinal - 1 - user.FirstOrdinal];
        return new(Add(1, lastMs), Add(1, request.AtMs), hasPartial ? Add(0, lastMs) : 0, groups.Length);

        int Add(int ahead, long toMs)
        {
            var at = _codes.Count;
            foreach (var group in groups)
            {
                _codes.Add(BiasCode.Of(request.NewestGroup + ahead - group, user.LastMs(group), toMs));
            }

            _codes.AddRange(Enumerable.Repeat(BiasCode.None, _config.UserGlobals));
            if (hasPartial)
            {
                _codes.Add(BiasCode.Of(ahead, lastMs, toMs));
            }

            return at;
        }
    }

    /// <summary>Rows of a layer that go on to the next one, by their place in this one.</summary>
    private int[]? Queries(int layer, int rowsOfLayer0)
    {
        var requestRows = rowsOfLayer0 - _groupRows[0];
        if (layer == _config.SelfLayers)
        {
            return LastQueries();
        }

        if (_groupRows[layer] == GroupsOut(layer))
        {
            return null;
        }

        var rows = new List<int>(GroupsOut(layer) + requestRows);
        for (var s = 0; s < _spans.Count; s++)
        {
            var first = FirstRow(layer, s);
            rows.AddRange(_groups[s].Groups[layer + 1].Select(group => first + _groups[s].Row(layer, group)));
        }

        rows.AddRange(Enumerable.Range(_groupRows[layer], requestRows));
        return [.. rows];
    }

    private int[] LastQueries()
    {
        var (users, candidates) = (new List<int>(), new List<int>());
        var row = _groupRows[^1];
        foreach (var span in _spans)
        {
            foreach (var request in span.Requests)
            {
                users.Add(row);
                row += _config.UserGlobals + (HasPartial(span.User, request) ? 1 : 0);
                candidates.AddRange(Enumerable.Range(row, request.Candidates));
                row += request.Candidates;
            }
        }

        return [.. users, .. candidates];
    }

    private int CountPartials(in RequestSpan span)
    {
        var count = 0;
        foreach (var request in span.Requests)
        {
            count += HasPartial(span.User, request) ? 1 : 0;
        }

        return count;
    }

    private bool HasPartial(EncodedUser user, EncodedRequest request) =>
        request.NewestGroup >= user.FirstGroup && request.NextOrdinal % _config.GroupSize != 0;

    /// <param name="First">First row among the requests' rows of a layer.</param>
    /// <param name="HasPartial">Whether the newest group is partly filled.</param>
    /// <param name="Request">The request's number, its user token's row after the last layer.</param>
    /// <param name="LastCandidate">Row of its first candidate after the last layer.</param>
    private readonly record struct RequestRows(int First, bool HasPartial, int Request, int LastCandidate);

    /// <summary>Where a request's rows of bias codes begin, by who sees.</summary>
    /// <param name="Globals">Of the user globals.</param>
    /// <param name="Candidates">Of the candidates.</param>
    /// <param name="Partial">Of the partly filled group, if there is one.</param>
    /// <param name="Groups">Full groups that each row begins with.</param>
    private readonly record struct RequestCodes(int Globals, int Candidates, int Partial, int Groups)
    {
        /// <summary>Where the codes of the request's own keys begin in one of the rows.</summary>
        public int OwnOf(int row) => row + Groups;
    }
}
