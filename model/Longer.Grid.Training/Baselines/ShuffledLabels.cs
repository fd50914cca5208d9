namespace Longer.Grid.Training;

/// <summary>Requests whose labels tell nothing.</summary>
internal static class ShuffledLabels
{
    /// <summary>
    /// The same requests with the labels of each dealt out anew among its candidates, so that each keeps its share of positives. Requests of a
    /// single candidate deal theirs out among each other.
    /// </summary>
    public static IReadOnlyList<Sample> Of(IReadOnlyList<Sample> samples, Random random)
    {
        var singles = samples.Where(sample => sample.Request.Candidates.Count == 1).Select(sample => sample.Request.Labels.ToArray()).ToArray();
        random.Shuffle(singles);
        var next = 0;
        return [.. samples.Select(sample =>
        {
            var request = sample.Request;
            var labels = request.Candidates.Count == 1 ? [singles[next++]] : request.Labels.ToArray().Chunk(request.Tasks).ToArray();
            random.Shuffle(labels);
            return new Sample(sample.User, new Request(request.Id, request.AtMs, request.HistoryEvents, request.Candidates, [.. labels.SelectMany(row => row)]));
        })];
    }
}
