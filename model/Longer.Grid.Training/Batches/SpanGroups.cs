namespace Longer.Grid.Training;

/// <summary>The full groups of one span that each layer computes: only what some request's score depends on (MODEL.md section 7).</summary>
internal sealed class SpanGroups
{
    private readonly int[][] _rows;

    /// <param name="span">Whose.</param>
    /// <param name="chosen">Of each request the full groups that it reads after layer 0; <see langword="null"/> for the newest k.</param>
    public SpanGroups(in RequestSpan span, long[][]? chosen)
    {
        var config = span.User.Config;
        Chosen = chosen;
        From = long.MaxValue;
        for (var r = 0; r < span.Count; r++)
        {
            From = Math.Min(From, OldestRead(span.User, span.Requests[r], 0, chosen?[r]));
            End = Math.Max(End, span.Requests[r].NextOrdinal / config.GroupSize);
        }

        From = Math.Min(From, End);
        _rows = new int[config.Layers][];
        Groups = new long[config.Layers][];
        for (var l = 0; l < config.Layers; l++)
        {
            var read = new bool[End - From];
            for (var r = 0; r < span.Count; r++)
            {
                if (l > 0 && chosen is not null)
                {
                    Array.ForEach(chosen[r], group => read[group - From] = true);
                    continue;
                }

                var from = OldestRead(span.User, span.Requests[r], l, chosen?[r]);
                var full = span.Requests[r].NextOrdinal / config.GroupSize;
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

    /// <summary>Groups whose h[l] is computed, ascending, by layer; those that are chosen by request once, whoever chose them.</summary>
    public long[][] Groups { get; }

    /// <summary>Of each request the full groups that it reads after layer 0, ascending; <see langword="null"/> for the newest k.</summary>
    public long[][]? Chosen { get; }

    /// <summary>Row of a group among those of a layer; of the next one that is there, or one past the last, if it is not.</summary>
    public int Row(int layer, long group) => group - From < _rows[layer].Length ? _rows[layer][group - From] : Groups[layer].Length;

    /// <summary>
    /// The oldest group whose h[l] a request's score depends on. Layer N feeds only the request's own rows, k groups; each layer below feeds k - 1
    /// more, and layer 0 the window T of the oldest of those.
    /// </summary>
    private static long OldestRead(EncodedUser user, EncodedRequest request, int layer, long[]? chosen)
    {
        var config = user.Config;
        var recent = (long)(config.SelfLayers - Math.Max(layer, 1) + 1) * (config.RecentGroups - 1);
        var oldest = chosen is null ? request.NewestGroup - recent : chosen.Length > 0 ? chosen[0] : request.NewestGroup;
        return Math.Max(user.FirstGroup, layer > 0 ? oldest : oldest - config.VisibleGroups + 1);
    }
}
