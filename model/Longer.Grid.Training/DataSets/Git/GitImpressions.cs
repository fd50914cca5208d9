namespace Longer.Grid.Training;

/// <summary>
/// A request for each commit that modifies a file: one or two of the files that it modifies, and four times as many existing files of the
/// repository that it does not touch: 60 % drawn from what anyone touched there lately, 40 % from the folders of the author's own newest
/// events.
/// </summary>
internal sealed class GitImpressions(GitHistoryOptions options)
{
    private const int MostPositives = 2;
    private const int NegativesPerPositive = 4;
    private const double ShareOfRecent = 0.6;
    private const int RecentTouches = 2000;
    private const int OwnEvents = 200;

    // An unlucky draw (the same file again, one of the commit's, or none there) is repeated this often, then goes without.
    private const int DrawsPerNegative = 20;

    private readonly SplitMix64 _random = new(options.Seed);
    private readonly Dictionary<string, List<GitFile>> _touchedIn = new(StringComparer.Ordinal);
    private readonly Dictionary<(string User, string Repository), List<GitFile>> _touchedBy = [];

    /// <summary>Requests in time order.</summary>
    /// <param name="commits">Oldest first.</param>
    /// <param name="users">Whose commits make requests.</param>
    public List<LabelledRequest> Of(IReadOnlyList<GitWork> commits, HashSet<string> users)
    {
        var makesRequest = commits.Where(c => !c.IsLarge && users.Contains(c.UserId) && c.Touches.Any(t => t.Action == "modify")).ToArray();
        var wanted = Math.Min(makesRequest.Length, options.MostRequests);
        _random.DrawToFront(makesRequest, wanted);
        var drawn = makesRequest.Take(wanted).ToHashSet(ReferenceEqualityComparer.Instance);
        var requests = new List<LabelledRequest>();
        foreach (var commit in commits.Where(c => c.Touches.Count > 0))
        {
            var repository = Repository(commit);
            if (drawn.Contains(commit) && Request(commit, repository, $"{requests.Count + 1}") is { } request)
            {
                requests.Add(request);
            }

            Follow(commit, repository);
        }

        return requests;
    }

    private LabelledRequest? Request(GitWork commit, string repository, string id)
    {
        var modified = commit.Touches.Where(t => t.Action == "modify").Select(t => t.File).ToList();
        var positives = Math.Min(modified.Count, MostPositives);
        _random.DrawToFront(modified, positives);
        var shown = modified.Take(positives).ToList();
        var used = commit.Touches.Select(t => t.File).ToHashSet(ReferenceEqualityComparer.Instance);
        var lately = Newest(_touchedIn.GetValueOrDefault(repository), RecentTouches);
        var own = Newest(_touchedBy.GetValueOrDefault((commit.UserId, repository)), OwnEvents);
        for (var draws = DrawsPerNegative * NegativesPerPositive * positives; draws > 0 && shown.Count < positives * (1 + NegativesPerPositive); draws--)
        {
            var file = _random.NextDouble() < ShareOfRecent ? Any(lately) : Any(Any(own)?.Folder.Existing ?? []);
            if (file is { Index: >= 0 } && used.Add(file))
            {
                shown.Add(file);
            }
        }

        if (shown.Count == positives)
        {
            return null;
        }

        var labels = new float[shown.Count];
        labels.AsSpan(0, positives).Fill(1);
        return new(id, commit.UserId, commit.AtMs, [.. shown.Select(f => f.Candidate)], labels);
    }

    private void Follow(GitWork commit, string repository)
    {
        foreach (var (action, file) in commit.Touches)
        {
            file.Touched(action);
        }

        if (!commit.IsLarge)
        {
            var files = commit.Touches.Select(t => t.File);
            Add(_touchedIn, repository, files);
            Add(_touchedBy, (commit.UserId, repository), files);
        }
    }

    private GitFile? Any(IReadOnlyList<GitFile> files) => files.Count == 0 ? null : files[_random.Next(files.Count)];

    private static ArraySegment<GitFile> Newest(List<GitFile>? files, int count) =>
        files is null ? [] : new([.. files[Math.Max(0, files.Count - count)..]]);

    private static void Add<TKey>(Dictionary<TKey, List<GitFile>> lists, TKey key, IEnumerable<GitFile> files)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        list.AddRange(files);
    }

    private static string Repository(GitWork commit)
    {
        var item = commit.Touches[0].File.Candidate.ItemId;
        return item[..item.IndexOf('/', StringComparison.Ordinal)];
    }
}
