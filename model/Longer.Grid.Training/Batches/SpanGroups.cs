namespace Longer.Grid.Training;

/// <summary>The full groups of one span that each layer computes: only what some request's score depends on (MODEL.md section 7).</summary>
internal sealed class SpanGroups
{
    private readonly int[][] _rows;

    public SpanGroups(in RequestSpan span)
    {
        var config = span.User.Config;
        int k = config.RecentGroups, layers = config.Layers;
        From = long.MaxValue;
        foreach (var request in span.Requests)
        {
            From = Math.Min(From, OldestRead(span.User, request, 0));
            End = Math.Max(End, request.NextOrdinal / config.GroupSize);
        }

        From = Math.Min(From, End);
        _rows = new int[layers][];
        Groups = new long[layers][];
        for (var l = 0; l < layers; l++)
        {
            var read = new bool[End - From];
            foreach (var request in span.Requests)
            {
                var from = OldestRead(span.User, request, l);
                var full = request.NextOrdinal / config.GroupSize;
                if (full > from)
                {
                    read.AsSpan((int)(from - From), (int)(full - from)).Fill(true);
                }
            }

            _rows[l] = new int[read.Length];
            var groups = new List<long>(read.Length);
            for (var i = 0; i < read.Length; i++)
            {
                _rows[l][i] = groups.Count;
                if (read[i])
                {
                    groups.Add(From + i);
                }
            }

            Groups[l] = [.. groups];
        }
    }

    /// <summary>The oldest group of any layer.</summary>
    public long From { get; }

    /// <summary>One past the newest group of any layer.</summary>
    public long End { get; }

    /// <summary>Groups whose h[l] is computed, ascending, by layer.</summary>
    public long[][] Groups { get; }

    /// <summary>Row of a group among those of a layer; of the next one that is there, or one past the last, if it is not.</summary>
    public int Row(int layer, long group) => group - From < _rows[layer].Length ? _rows[layer][group - From] : Groups[layer].Length;

    /// <summary>
    /// The oldest group whose h[l] a request's score depends on. Layer N feeds only the request's own rows, k groups; each layer below feeds k - 1
    /// more, and layer 0 the window T of the oldest of those.
    /// </summary>
    private static long OldestRead(EncodedUser user, EncodedRequest request, int layer)
    {
        var config = user.Config;
        var recent = (long)(config.SelfLayers - Math.Max(layer, 1) + 1) * (config.RecentGroups - 1);
        var back = layer > 0 ? recent : recent + config.VisibleGroups - 1;
        return Math.Max(user.FirstGroup, request.NewestGroup - back);
    }
}
