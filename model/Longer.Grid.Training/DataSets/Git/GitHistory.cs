using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Longer.Grid.Training;

/// <summary>
/// Local clones as a behaviour log: a contributor is a user, a file an item, a commit's touch of a file an event. A request is a commit: the
/// files that it modified against files that it might have.
/// </summary>
/// <param name="Data">What the clones gave, as <see cref="DataSchemaJson.GitHistory"/> describes it.</param>
/// <param name="Report">What was left out.</param>
public sealed record GitHistory(DataSet Data, GitHistoryReport Report)
{
    private const int CommitsPerReport = 256;

    /// <summary>Reads clones.</summary>
    /// <param name="paths">Folders of clones, at least one; bare ones too.</param>
    /// <param name="options">What is left out.</param>
    /// <param name="time">The clock that a commit may be at most one day ahead of.</param>
    /// <param name="progress">Told of commits read; <see langword="null"/> for nobody.</param>
    /// <remarks>A user's id is a hash of the address, so that none is shown and a contributor to several clones is one user.</remarks>
    /// <exception cref="DataSetException">There is no git, a path is no clone, or there is nothing to learn from in them.</exception>
    public static GitHistory Read(IReadOnlyList<string> paths, GitHistoryOptions options, TimeProvider time, IProgress<ReadProgress>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostFilesOfCommit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FewestEvents, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.EnoughContributors, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostRequests, 1);

        var commits = Work(paths, options, time, progress, out var report);
        var events = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var work in commits.Where(c => !c.IsLarge))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(events, work.UserId, out _) += work.Touches.Count;
        }

        var fewest = options.FewestEvents;
        while (fewest > 1 && events.Values.Count(n => n >= fewest) < options.EnoughContributors)
        {
            fewest /= 2;
        }

        var kept = events.Where(e => e.Value >= fewest).Select(e => e.Key).ToHashSet(StringComparer.Ordinal);
        report = report with { Contributors = kept.Count, ContributorsLeftOut = events.Count - kept.Count, FewestEvents = fewest };
        var requests = new GitImpressions(options).Of(commits, kept);
        if (requests.Count == 0)
        {
            throw new DataSetException(
                $"there is nothing to learn from: no commit of at most {options.MostFilesOfCommit} files modifies a file while there are others ({report})");
        }

        var log = EventLog.Of(commits.Where(c => !c.IsLarge && kept.Contains(c.UserId)).SelectMany(c => c.Events()));
        var sides = DataSchemaJson.GitHistory.Events.Sides.Select(s => s.Name).ToList();
        var tasks = DataSchemaJson.GitHistory.Impressions!.Labels.Select(l => l.Name).ToList();
        return new(DataSet.Join(log, tasks, sides, SampleSource.Impressions, requests), report);
    }

    // All commits of all clones, oldest first.
    private static List<GitWork> Work(
        IReadOnlyList<string> paths, GitHistoryOptions options, TimeProvider time, IProgress<ReadProgress>? progress, out GitHistoryReport report)
    {
        var earliest = new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var latest = time.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        var all = new List<GitWork>();
        int commits = 0, large = 0, impossible = 0, unusable = 0;
        foreach (var clone in paths.Select(GitClone.Open))
        {
            var files = new GitFiles(Unique(clone.Name, names));
            var own = new List<GitWork>();
            foreach (var commit in clone.Commits())
            {
                if (++commits % CommitsPerReport == 0)
                {
                    progress?.Report(new(0, 0, commits));
                }

                if (commit.AtSeconds < earliest || commit.AtSeconds > latest)
                {
                    impossible++;
                    continue;
                }

                var touches = commit.Touches.Select(t => (t.Action, File: files.Find(t.Path))).ToList();
                unusable += touches.RemoveAll(t => t.File is null);
                var isLarge = commit.Touches.Count > options.MostFilesOfCommit;
                large += isLarge ? 1 : 0;
                own.Add(new(UserId(commit, users), commit.AtSeconds * 1000, isLarge, touches!));
            }

            own.Reverse();
            all.AddRange(own);
        }

        progress?.Report(new(0, 0, commits));
        report = new(paths.Count, commits, large, impossible, unusable, 0, 0, 0);

        // Commits of one second stay in the order of their history.
        return [.. all.OrderBy(c => c.AtMs)];
    }

    private static string Unique(string name, HashSet<string> names)
    {
        var unique = name;
        for (var i = 2; !names.Add(unique); i++)
        {
            unique = $"{name}-{i}";
        }

        return unique;
    }

    private static string UserId(GitCommit commit, Dictionary<string, string> known)
    {
        var who = commit.Email.Length > 0 ? commit.Email.ToLowerInvariant() : commit.Name;
        if (!known.TryGetValue(who, out var id))
        {
            known[who] = id = $"u{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(who)).AsSpan(0, 5))}";
        }

        return id;
    }
}
