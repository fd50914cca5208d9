namespace Longer.Grid.Training;

/// <summary>Requests laid out for <see cref="PooledModule"/>: the events that any of them reads, and each one's own range.</summary>
internal sealed class PooledBatch
{
    /// <summary>Lays out some spans.</summary>
    /// <param name="spans">Of one config.</param>
    /// <param name="newest">A request reads at most this many of its newest events.</param>
    public PooledBatch(IReadOnlyList<RequestSpan> spans, int newest)
    {
        Candidates = new CandidateRows(spans);
        var sides = spans[0].User.SideRows.Length;
        List<int> items = [], actions = [], gaps = [];
        List<int>[] sideRows = [.. Enumerable.Range(0, sides).Select(_ => new List<int>())];
        foreach (var span in spans)
        {
            var user = span.User;
            var (from, end) = (int.MaxValue, 0);
            foreach (var request in span.Requests)
            {
                var to = (int)(request.NextOrdinal - user.FirstOrdinal);
                (from, end) = (Math.Min(from, Math.Max(0, to - newest)), Math.Max(end, to));
            }

            foreach (var request in span.Requests)
            {
                var to = (int)(request.NextOrdinal - user.FirstOrdinal);
                var first = Math.Max(0, to - newest);
                Ranges.Add((items.Count + first - from, to - first, request.Candidates));
            }

            items.AddRange(user.ItemRows.AsSpan(from, end - from));
            actions.AddRange(user.ActionRows.AsSpan(from, end - from));
            gaps.AddRange(user.GapBuckets.AsSpan(from, end - from));
            for (var s = 0; s < sides; s++)
            {
                sideRows[s].AddRange(user.SideRows[s].AsSpan(from, end - from));
            }
        }

        (Items, Actions, Gaps, Sides) = ([.. items], [.. actions], [.. gaps], [.. sideRows.Select(rows => rows.ToArray())]);
    }

    public CandidateRows Candidates { get; }

    public int[] Items { get; }

    public int[][] Sides { get; }

    public int[] Actions { get; }

    public int[] Gaps { get; }

    /// <summary>For each request: its first event, how many, and its candidates.</summary>
    public List<(int First, int Events, int Candidates)> Ranges { get; } = [];
}
