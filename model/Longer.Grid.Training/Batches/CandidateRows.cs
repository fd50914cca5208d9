namespace Longer.Grid.Training;

/// <summary>What every model knows of a batch's candidates, and what came of them.</summary>
internal sealed class CandidateRows
{
    /// <summary>Concatenates the candidates of all requests of some spans, in their order.</summary>
    public CandidateRows(IReadOnlyList<RequestSpan> spans)
    {
        var config = spans[0].User.Config;
        var requests = spans.SelectMany(span => span.Requests.ToArray()).ToList();
        Count = requests.Sum(request => request.Candidates);
        Requests = requests.Count;
        Items = Concat(requests, request => request.ItemRows);
        Sides = [.. Enumerable.Range(0, config.Sides.Count).Select(s => Concat(requests, request => request.SideRows[s]))];
        Cross = [.. Enumerable.Range(0, 2 * (1 + config.Sides.Count)).Select(f => Concat(requests, request => request.Cross[f]))];
        Labels = [.. requests.SelectMany(request => request.Labels)];
        RequestOf = [.. requests.SelectMany((request, r) => Enumerable.Repeat(r, request.Candidates))];
        UserRows = [.. spans.Select(span => span.User.UserRow)];
        ProfileRows = [.. Enumerable.Range(0, config.Profile.Count).Select(p => spans.Select(span => span.User.ProfileRows[p]).ToArray())];
        SpanOf = [.. spans.SelectMany((span, s) => Enumerable.Repeat(s, span.Count))];
    }

    public int Count { get; }

    public int Requests { get; }

    public int[] Items { get; }

    public int[][] Sides { get; }

    /// <summary>Buckets, count then age, of the item and of each side.</summary>
    public int[][] Cross { get; }

    /// <summary>Shape <c>[Count, tasks]</c>; NaN where nothing is known.</summary>
    public float[] Labels { get; }

    /// <summary>Request of each candidate.</summary>
    public int[] RequestOf { get; }

    /// <summary>Span, that is user, of each request.</summary>
    public int[] SpanOf { get; }

    /// <summary>One for each span.</summary>
    public int[] UserRows { get; }

    /// <summary>Shape <c>[profile features][spans]</c>.</summary>
    public int[][] ProfileRows { get; }

    private static int[] Concat(List<EncodedRequest> requests, Func<EncodedRequest, int[]> rows) => [.. requests.SelectMany(rows)];
}
