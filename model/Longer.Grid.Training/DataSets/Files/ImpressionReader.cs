namespace Longer.Grid.Training;

/// <summary>Reads files of impressions as a schema describes them.</summary>
/// <param name="schema">What the columns mean; it has <see cref="DataSchema.Impressions"/>.</param>
/// <param name="time">The clock that a request may be at most one day ahead of.</param>
public sealed class ImpressionReader(DataSchema schema, TimeProvider time)
{
    /// <summary>Requests in the order of their first rows. The rows of one need not stand together.</summary>
    /// <param name="files">CSV with a header or NDJSON, each gzipped or not.</param>
    /// <param name="progress">Told now and then, and at the end of each file; <see langword="null"/> for nobody.</param>
    /// <exception cref="DataSetException">
    /// The schema has no impressions; a file cannot be read or lacks a column; or a row is bad or at odds with another of its request:
    /// file and line are named.
    /// </exception>
    public IReadOnlyList<LabelledRequest> Read(IReadOnlyList<string> files, IProgress<ReadProgress>? progress = null)
    {
        var shown = schema.Impressions ?? throw new DataSetException("the schema has no \"impressions\", and there are impression files to read by it");
        string[] columns =
            [shown.Request, shown.User, shown.Item, shown.At.Column, .. shown.Sides.Select(s => s.Column), .. shown.Labels.Select(l => l.Column)];
        var sides = new SideReader(shown.Sides, firstColumn: 4);
        var candidates = new Dictionary<string, RequestCandidate>(StringComparer.Ordinal);
        var requests = new Dictionary<string, Rows>(StringComparer.Ordinal);
        foreach (var fields in TableRows.Read(files, columns, time, progress))
        {
            var (id, userId, item, atMs) = (fields.Id(0), fields.Id(1), fields.Id(2), fields.AtMs(3, shown.At.Unit));
            if (!requests.TryGetValue(id, out var rows))
            {
                requests[id] = rows = new(userId, atMs, $"{fields.Table.File}:{fields.Table.Line}");
            }
            else if (rows.UserId != userId || rows.AtMs != atMs)
            {
                throw fields.Table.Wrong($"request \"{id}\" has another user or time here than in {rows.FirstPlace}");
            }

            rows.Candidates.Add(Shared(candidates, item, sides.Read(fields, item)));
            for (var task = 0; task < shown.Labels.Count; task++)
            {
                rows.Labels.Add(fields.Label(4 + shown.Sides.Count + task));
            }
        }

        return [.. requests.Select(r => new LabelledRequest(r.Key, r.Value.UserId, r.Value.AtMs, r.Value.Candidates, [.. r.Value.Labels]))];
    }

    // Most items are shown again and again, with the same sides.
    private static RequestCandidate Shared(
        Dictionary<string, RequestCandidate> candidates, string item, IReadOnlyList<KeyValuePair<string, string>> sides)
    {
        if (!candidates.TryGetValue(item, out var candidate) || !ReferenceEquals(candidate.Sides, sides))
        {
            candidates[item] = candidate = new(item, sides);
        }

        return candidate;
    }

    private sealed record Rows(string UserId, long AtMs, string FirstPlace)
    {
        public List<RequestCandidate> Candidates { get; } = [];

        public List<float> Labels { get; } = [];
    }
}
