using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>
/// Several requests of one user, over one encoding of the timeline. Full groups depend only on older ones (MODEL.md section 7), so all
/// requests read the same rows of them; what is a request's own are its partly filled newest group, its user globals and its candidates.
/// </summary>
/// <remarks>
/// Own rows stand in one matrix: a partial group for each request (masked where the newest group is full), then G globals for each, then
/// the candidates. Nothing after the last request's cut is looked at.
/// </remarks>
internal sealed class ChunkPlan
{
    /// <summary>Bias column of a key that is not seen: one past the last row of the bias tables.</summary>
    public const int Masked = LogBucket.Rows;

    private readonly UserTimeline _timeline;
    private readonly LongerConfig _config;
    private readonly IReadOnlyList<ScoredRequest> _requests;

    public ChunkPlan(UserTimeline timeline, IReadOnlyList<ScoredRequest> requests)
    {
        (_timeline, _requests, _config) = (timeline, requests, timeline.Config);
        int k = _config.GroupSize, n = _config.SelfLayers, recent = _config.RecentGroups;
        var oldest = requests.Min(Newest);
        LastFull = Math.Max(timeline.FirstGroup - 1, requests.Max(FullEnd) - 1);
        From = new long[_config.Layers];
        for (var l = 0; l < _config.Layers; l++)
        {
            // What a request reads of layer l, and what that was computed from.
            var needed = l == 0 ? _config.VisibleGroups + (n * (recent - 1)) : ((n - l + 1) * (recent - 1)) + 1;
            From[l] = Math.Clamp(oldest - needed + 1, timeline.FirstGroup, LastFull + 1);
        }

        Candidates = requests.Sum(r => r.Candidates.Count);
        Rows = (requests.Count * (1 + _config.UserGlobals)) + Candidates;
        RequestOf = new int[Rows];
        for (var r = 0; r < requests.Count; r++)
        {
            RequestOf[r] = r;
            Array.Fill(RequestOf, r, requests.Count + (r * _config.UserGlobals), _config.UserGlobals);
        }

        for (int r = 0, row = FirstCandidate; r < requests.Count; row += requests[r++].Candidates.Count)
        {
            Array.Fill(RequestOf, r, row, requests[r].Candidates.Count);
        }
    }

    /// <summary>The oldest full group whose h[l] is computed; none is where it is past <see cref="LastFull"/>.</summary>
    public long[] From { get; }

    public long LastFull { get; }

    public int Requests => _requests.Count;

    public int Candidates { get; }

    public int Rows { get; }

    /// <summary>The request that an own row belongs to.</summary>
    public int[] RequestOf { get; }

    public int FirstCandidate => _requests.Count * (1 + _config.UserGlobals);

    public int FullGroups(int layer) => (int)(LastFull - From[layer] + 1);

    /// <summary>Keys of own rows beside the full groups: the request's partial group, its globals, and itself.</summary>
    public int OwnKeys => 2 + _config.UserGlobals;

    /// <summary>Event slots: those of the full groups of layer 0, then those of the partial ones; -1 is empty.</summary>
    public int[] Slots()
    {
        var k = _config.GroupSize;
        var slots = new int[(FullGroups(0) + Requests) * k];
        Array.Fill(slots, -1);
        for (var i = 0; i < FullGroups(0) * k; i++)
        {
            slots[i] = (int)((From[0] * k) + i - _timeline.FirstOrdinal);
        }

        for (var r = 0; r < Requests; r++)
        {
            for (var ordinal = HasPartial(_requests[r]) ? Newest(_requests[r]) * k : _requests[r].End; ordinal < _requests[r].End; ordinal++)
            {
                slots[((FullGroups(0) + r) * k) + (int)(ordinal % k)] = (int)(ordinal - _timeline.FirstOrdinal);
            }
        }

        return slots;
    }

    /// <summary>Position and time buckets of full groups as queries of a layer over its keys, each <c>[queries, keys]</c>.</summary>
    public (long[] Position, long[] Time) GroupBuckets(int layer)
    {
        int queries = FullGroups(layer + 1), keys = FullGroups(layer), window = Window(layer);
        var (position, time) = Empty(queries * keys);
        for (var i = 0; i < queries; i++)
        {
            var query = From[layer + 1] + i;
            for (var key = Math.Max(From[layer], query - window + 1); key <= query; key++)
            {
                Set(position, time, (i * keys) + (int)(key - From[layer]), query - key, key, long.MaxValue, _timeline.LastMs(query, long.MaxValue));
            }
        }

        return (position, time);
    }

    /// <summary>
    /// Buckets of own rows over the full groups, three kinds for each request: as partial group, as global, as candidate; each
    /// <c>[3 · requests, keys]</c>.
    /// </summary>
    public (long[] Position, long[] Time) RequestBuckets(int layer)
    {
        int keys = FullGroups(layer), window = Window(layer);
        var (position, time) = Empty(3 * Requests * keys);
        for (var r = 0; r < Requests; r++)
        {
            var request = _requests[r];
            var newest = Newest(request);
            for (var key = Math.Max(From[layer], newest - window + 1); key < FullEnd(request); key++)
            {
                var at = (int)(key - From[layer]);
                var userMs = _timeline.LastMs(newest, request.End);
                if (HasPartial(request))
                {
                    Set(position, time, (r * keys) + at, newest - key, key, request.End, userMs);
                }

                Set(position, time, ((Requests + r) * keys) + at, newest + 1 - key, key, request.End, userMs);
                Set(position, time, (((2 * Requests) + r) * keys) + at, newest + 1 - key, key, request.End, request.AtMs);
            }
        }

        return (position, time);
    }

    /// <summary>The kind and request of an own row: a row of <see cref="RequestBuckets"/>.</summary>
    public long[] KindOf() => [.. Enumerable.Range(0, Rows).Select(row => (long)RequestOf[row] + (row < Requests ? 0 : row < FirstCandidate ? Requests : 2L * Requests))];

    /// <summary>
    /// Own keys of own rows: which own row each is, and its buckets (<see cref="Masked"/> where unseen, one past it where it has no bias), each
    /// <c>[Rows, OwnKeys]</c>.
    /// </summary>
    public (long[] Row, long[] Position, long[] Time) OwnBuckets()
    {
        int globals = _config.UserGlobals, keys = OwnKeys;
        var row = new long[Rows * keys];
        var (position, time) = Empty(Rows * keys);
        for (var i = 0; i < Rows; i++)
        {
            var r = RequestOf[i];
            var request = _requests[r];
            var at = i * keys;
            row[at] = r;
            if (HasPartial(request))
            {
                var newest = Newest(request);
                var ownMs = i < FirstCandidate ? _timeline.LastMs(newest, request.End) : request.AtMs;
                Set(position, time, at, i < Requests ? 0 : 1, newest, request.End, ownMs);
            }
            else if (i < Requests)
            {
                // A row that nobody reads still needs something to look at.
                (position[at], time[at]) = (Masked + 1, Masked + 1);
            }

            for (var j = 0; j < globals; j++)
            {
                row[at + 1 + j] = Requests + (r * globals) + j;
                if (i >= FirstCandidate || (i >= Requests && j >= (i - Requests) % globals))
                {
                    (position[at + 1 + j], time[at + 1 + j]) = (Masked + 1, Masked + 1);
                }
            }

            row[at + keys - 1] = i;
            if (i >= FirstCandidate)
            {
                (position[at + keys - 1], time[at + keys - 1]) = (Masked + 1, Masked + 1);
            }
        }

        return (row, position, time);
    }

    /// <summary>Rows of the candidates' tables and their cross buckets, column by column.</summary>
    public (long[] Items, long[][] Sides, long[][] Cross) CandidateRows()
    {
        var items = new long[Candidates];
        var sides = _config.Sides.Select(_ => new long[Candidates]).ToArray();
        var cross = Enumerable.Range(0, 2 * (1 + sides.Length)).Select(_ => new long[Candidates]).ToArray();
        Span<long> buckets = stackalloc long[cross.Length];
        var at = 0;
        foreach (var request in _requests)
        {
            var visible = Math.Max(_timeline.FirstGroup, Newest(request) - _config.VisibleGroups + 1) * _config.GroupSize;
            foreach (var candidate in request.Candidates)
            {
                items[at] = EntityKey.Row(candidate.ItemKey, _config.Item.Rows);
                for (var s = 0; s < sides.Length; s++)
                {
                    sides[s][at] = EntityKey.Row(UserTimeline.SideOf(candidate, _config.Sides[s].Name), _config.Sides[s].Rows);
                }

                _timeline.CrossFeatures(candidate, visible, request.End, request.AtMs, buckets);
                for (var c = 0; c < cross.Length; c++)
                {
                    cross[c][at] = buckets[c];
                }

                at++;
            }
        }

        return (items, sides, cross);
    }

    private static (long[] Position, long[] Time) Empty(int count)
    {
        var (position, time) = (new long[count], new long[count]);
        Array.Fill(position, Masked);
        Array.Fill(time, Masked);
        return (position, time);
    }

    private void Set(long[] position, long[] time, int at, long distance, long group, long end, long toMs)
    {
        position[at] = LogBucket.Of(distance);
        time[at] = LogBucket.OfSeconds(_timeline.LastMs(group, end), toMs);
    }

    private int Window(int layer) => layer == 0 ? _config.VisibleGroups : _config.RecentGroups;

    private long Newest(ScoredRequest request) => Math.Max(_timeline.FirstGroup - 1, ((request.End + _config.GroupSize - 1) / _config.GroupSize) - 1);

    private long FullEnd(ScoredRequest request) => Math.Max(_timeline.FirstGroup, request.End / _config.GroupSize);

    private bool HasPartial(ScoredRequest request) => request.End % _config.GroupSize != 0 && Newest(request) >= _timeline.FirstGroup;
}
