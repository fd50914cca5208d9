namespace Longer.Grid.Training;

/// <content>
/// Where each request chooses the groups that it reads after layer 0 (<see cref="QueryChoice.Uniform"/>). Layer 0 puts out every chosen group once,
/// whoever chose it; from there on each request has copies of its own, so that what a row reads is one run of rows.
/// </content>
internal sealed partial class LongerBatchBuilder
{
    // Row of the next request's first copy.
    private int _nextChosen;

    /// <summary>Of each request of a span the full groups that it reads after layer 0. The newest group counts among the k also while it is partly filled.</summary>
    private long[][] Chosen(RequestSpan span)
    {
        var chosen = new long[span.Count][];
        for (var r = 0; r < span.Count; r++)
        {
            var request = span.Requests[r];
            var among = UniformGroups.Of(OldestSeen(span.User, request.NewestGroup, 0), request.NewestGroup, _config.RecentGroups);
            chosen[r] = HasPartial(span.User, request) ? among[..^1] : among;
        }

        return chosen;
    }

    /// <summary>Rows of full groups in a layer.</summary>
    private static int RowsOf(SpanGroups groups, int layer) =>
        layer > 0 && groups.Chosen is { } chosen ? chosen.Sum(own => own.Length) : groups.Groups[layer].Length;

    /// <summary>Rows of full groups that a layer puts out.</summary>
    private int GroupsOut(int layer) => layer == 0 ? _groups.Sum(g => g.Groups[1].Length) : _groupRows[layer + 1];

    /// <summary>Adds the copies' tiles: each sees itself and the request's older ones.</summary>
    private void AddChosenTiles()
    {
        var first = 0;
        for (var s = 0; s < _spans.Count && _config.SelfLayers > 1; s++)
        {
            foreach (var chosen in _groups[s].Chosen ?? [])
            {
                for (var i = 0; i < chosen.Length; i++)
                {
                    var codes = _codes.Count;
                    var user = _spans[s].User;
                    _codes.AddRange(chosen.Take(i + 1).Select(key => BiasCode.Of(chosen[i] - key, user.LastMs(key), user.LastMs(chosen[i]))));
                    for (var l = 1; l < _config.SelfLayers; l++)
                    {
                        _tiles[l].Add(new AttentionTile(first + i, 1, first, i + 1, 0, 0, -1, codes, 0));
                    }
                }

                first += chosen.Length;
            }
        }
    }

    /// <summary>Rows of layer 1 by their place among those that layer 0 puts out; null where no request chooses.</summary>
    /// <param name="rowsOfLayer0">All of them, the requests' included.</param>
    private int[]? Copies(int rowsOfLayer0)
    {
        if (_groups[0].Chosen is null)
        {
            return null;
        }

        var rows = new List<int>();
        for (var s = 0; s < _spans.Count; s++)
        {
            var (first, groups) = (FirstRow(1, s), _groups[s]);
            rows.AddRange(groups.Chosen!.SelectMany(own => own).Select(group => first + groups.Row(1, group)));
        }

        rows.AddRange(Enumerable.Range(GroupsOut(0), rowsOfLayer0 - _groupRows[0]));
        return [.. rows];
    }
}
