using System.Numerics.Tensors;

namespace Longer.Grid.Model;

/// <summary>The biases of one main layer's logits (MODEL.md section 6), for all heads and for runs of keys.</summary>
/// <remarks>
/// A prefill has half a million pairs at the default sizes, and reading them one by one from tables would take longer than all products of
/// the layer. What depends on the distance is the same vector for every query, moved by one; what depends on the time is the same
/// over long runs of keys, since buckets grow with the age.
/// </remarks>
internal sealed class LayerBias
{
    private readonly float[] _time;
    private readonly int _heads;
    private readonly int _window;

    /// <summary>For each head the position's biases, of the largest distance first and of 0 last.</summary>
    private readonly float[][] _byDistance;

    /// <summary>The same as the keys of a score end in, shape <c>[window + 1, H, 2]</c>: a 0 after each.</summary>
    private readonly float[] _keyEnds;

    /// <summary>Biases of a layer.</summary>
    /// <param name="position">Shape <c>[64, H]</c>.</param>
    /// <param name="time">Shape <c>[64, H]</c>.</param>
    /// <param name="heads">H.</param>
    /// <param name="window">Groups that a group looks back over, itself included. A global stands one after the newest.</param>
    public LayerBias(float[] position, float[] time, int heads, int window)
    {
        (_time, _heads, _window) = (time, heads, window);
        _byDistance = new float[heads][];
        _keyEnds = new float[(window + 1) * heads * 2];
        for (var h = 0; h < heads; h++)
        {
            _byDistance[h] = new float[window + 1];
            for (var distance = 0; distance <= window; distance++)
            {
                _byDistance[h][window - distance] = position[(LogBucket.Of(distance) * heads) + h];
                _keyEnds[(((window - distance) * heads) + h) * 2] = _byDistance[h][window - distance];
            }
        }
    }

    /// <summary>Writes the biases of group queries over groups, shape <c>[H, queries, keys]</c>; queries and keys end in the newest group.</summary>
    public void WriteGroups(Span<float> biases, in Timeline timeline, int queries, int keys)
    {
        if (timeline.Count == 0)
        {
            biases.Fill(ModelGraph.Masked);
            return;
        }

        var run = new GroupTimes(timeline, timeline.Newest - keys + 1, keys);
        for (var i = 0; i < queries; i++)
        {
            var own = keys - queries + i; // The query's own row among the keys.
            var oldest = Math.Max(0, own - _window + 1);
            Write(biases[(i * keys)..], queries * keys, run, oldest, own - oldest + 1, own - oldest, run[own]);
            for (var h = 0; h < _heads; h++)
            {
                var row = biases.Slice(((h * queries) + i) * keys, keys);
                row[..oldest].Fill(ModelGraph.Masked);
                row[(own + 1)..].Fill(ModelGraph.Masked);
            }
        }
    }

    /// <summary>Writes the biases of user globals, shape <c>[H, G, G + visible]</c>: over the globals, then over the newest groups.</summary>
    public void WriteGlobals(Span<float> biases, in Timeline timeline, int globals, int visible)
    {
        var width = globals + visible;
        if (visible > 0)
        {
            var run = new GroupTimes(timeline, timeline.Newest - visible + 1, visible);
            Write(biases[globals..], globals * width, run, 0, visible, visible, timeline.LastMs(timeline.Newest));
        }

        for (var h = 0; h < _heads; h++)
        {
            CompleteGlobals(biases.Slice(h * globals * width, globals * width), globals, width, 0);
        }
    }

    /// <summary>
    /// Writes the biases of the user globals and then of new groups, shape <c>[H, G + m, G + m + leaving + before + after]</c>: over the globals
    /// and the groups, then over the ring's rows, one of each kind that nobody sees where there is none.
    /// </summary>
    /// <param name="biases">Where they go.</param>
    /// <param name="timeline">It may go on after the groups.</param>
    /// <param name="globals">G.</param>
    /// <param name="groups">The m new groups.</param>
    /// <param name="leaving">Groups that leave the window one by one: the i-th new group sees all but the first i of them.</param>
    /// <param name="before">The groups just older than the new ones.</param>
    /// <param name="after">The oldest groups.</param>
    public void WriteAppend(Span<float> biases, in Timeline timeline, int globals, RingRun groups, RingRun leaving, RingRun before, RingRun after)
    {
        int fresh = globals + groups.Count, atBefore = fresh + leaving.Rows, atAfter = atBefore + before.Rows, width = atAfter + after.Rows, head = fresh * width;
        var (freshRun, leavingRun, beforeRun, afterRun) = (Run(groups, timeline), Run(leaving, timeline), Run(before, timeline), Run(after, timeline));
        biases.Fill(ModelGraph.Masked);
        for (var i = 0; i <= groups.Count; i++)
        {
            // The globals stand one after the newest group, at the time of its last event.
            var isGlobal = i == groups.Count;
            var query = groups.First + i;
            var atMs = timeline.LastMs(isGlobal ? query - 1 : query);
            var row = biases[((isGlobal ? 0 : globals + i) * width)..];
            Write(row[globals..], head, freshRun, 0, isGlobal ? i : i + 1, i, atMs);
            if (i < leaving.Count && !isGlobal)
            {
                Write(row[fresh..], head, leavingRun, i, leaving.Count - i, (int)(query - leaving.First) - i, atMs);
            }

            Write(row[atBefore..], head, beforeRun, 0, before.Count, (int)(query - before.First), atMs);
            Write(row[atAfter..], head, afterRun, 0, after.Count, (int)(query - after.First), atMs);
        }

        for (var h = 0; h < _heads; h++)
        {
            CompleteGlobals(biases.Slice(h * head, globals * width), globals, width, 0);
        }

        static GroupTimes Run(RingRun rows, in Timeline line) => new(line, rows.First, rows.Count);
    }

    /// <summary>
    /// Writes what the keys of a score end in, shape <c>[rows, H, 2]</c>: the bias, which meets a 1 in the query, and a mark that is 1 for the
    /// row of the candidate itself, which meets the candidate's own logit.
    /// </summary>
    /// <param name="ends">Of the candidate itself, of the globals, of the ring's rows.</param>
    /// <param name="times">Of all groups that a ring may hold, up to the newest.</param>
    /// <param name="globals">G.</param>
    /// <param name="runs">The ring's rows.</param>
    /// <param name="atMs">The request's time.</param>
    public void WriteKeyEnds(Span<float> ends, in GroupTimes times, int globals, IEnumerable<RingRun> runs, long atMs)
    {
        var row = 2 * _heads;
        var before = (KvRing.OwnRows + globals) * row;
        ends[..before].Clear();
        for (var h = 0; h < _heads; h++)
        {
            ends[(2 * h) + 1] = 1;
        }

        ends = ends[before..];
        foreach (var run in runs)
        {
            var part = times.Of(run);
            var distance = (int)(times.Newest + 1 - run.First);
            for (var j = 0; j < run.Count;)
            {
                var bucket = LogBucket.OfSeconds(part[j], atMs);
                var end = part.EndOfBucket(j, run.Count, bucket, atMs);
                WriteKeyEnds(ends.Slice(j * row, (end - j) * row), _keyEnds.AsSpan((_window - distance + j) * row), _time.AsSpan(bucket * _heads, _heads));
                j = end;
            }

            ends = ends[(run.Count * row)..];
        }
    }

    /// <summary>Ends of keys that are one group apart and whose age is in one bucket.</summary>
    private static void WriteKeyEnds(Span<float> to, ReadOnlySpan<float> byDistance, ReadOnlySpan<float> time)
    {
        byDistance[..to.Length].CopyTo(to);
        for (var key = 0; key < to.Length; key += 2 * time.Length)
        {
            for (var h = 0; h < time.Length; h++)
            {
                to[key + (2 * h)] += time[h];
            }
        }
    }

    /// <summary>Completes one head's biases of the user globals: each sees the globals from itself on, without a bias, and the groups as the first does.</summary>
    private static void CompleteGlobals(Span<float> biases, int globals, int width, int at)
    {
        for (var g = 0; g < globals; g++)
        {
            var row = biases.Slice(g * width, width);
            if (g > 0)
            {
                biases[..width].CopyTo(row);
            }

            row.Slice(at, g).Fill(ModelGraph.Masked);
            row.Slice(at + g, globals - g).Clear();
        }
    }

    /// <summary>One query's biases over some keys of a run, for each head.</summary>
    /// <param name="to">Those of the first head, of the run's first key on.</param>
    /// <param name="head">From one head's to the next one's.</param>
    /// <param name="run">The keys.</param>
    /// <param name="from">The first of them that is seen.</param>
    /// <param name="count">How many are seen.</param>
    /// <param name="distance">From the first that is seen to the query, in groups.</param>
    /// <param name="atMs">When the query is.</param>
    private void Write(Span<float> to, int head, in GroupTimes run, int from, int count, int distance, long atMs)
    {
        for (int j = from, last = from + count; j < last;)
        {
            var bucket = LogBucket.OfSeconds(run[j], atMs);
            var end = run.EndOfBucket(j, last, bucket, atMs);
            for (var h = 0; h < _heads; h++)
            {
                TensorPrimitives.Add(_byDistance[h].AsSpan(_window - distance + j - from, end - j), _time[(bucket * _heads) + h], to.Slice((h * head) + j, end - j));
            }

            j = end;
        }
    }
}
