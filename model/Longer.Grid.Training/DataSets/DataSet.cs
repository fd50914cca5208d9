using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Events as they are to be imported or replayed, and the samples on them.</summary>
/// <param name="Log">Every user's accepted events, with the ids that their source gave.</param>
/// <param name="Samples">The same histories as the model reads them, and the labelled requests.</param>
public sealed record DataSet(EventLog Log, TrainingSet Samples)
{
    /// <summary>The one task where no schema names any: does the user take this item now?</summary>
    public const string DefaultTask = "next";

    /// <summary>
    /// Reads files. Requests come from the impressions if there are any, else from the schema's tasks if they have negative actions, else
    /// negatives are sampled.
    /// </summary>
    /// <param name="options">Which files, and what they mean.</param>
    /// <param name="time">The clock that a row may be at most one day ahead of.</param>
    /// <param name="progress">Told of the events' files, then of the impressions'; <see langword="null"/> for nobody.</param>
    /// <exception cref="DataSetException">A file or row is bad (file and line are named), or there is no request in them.</exception>
    public static DataSet FromFiles(DataSetOptions options, TimeProvider time, IProgress<ReadProgress>? progress = null)
    {
        if (options.ImpressionFiles.Count > 0 && options.Schema.Impressions is null)
        {
            throw new DataSetException("there are impression files, and the schema does not say what their columns mean: \"impressions\" is missing");
        }

        var log = EventLog.Of(new EventReader(options.Schema, time).Read(options.EventFiles, progress));
        var sides = options.Schema.Events.Sides.Select(s => s.Name).ToList();
        var rules = options.Schema.Tasks;
        if (options.ImpressionFiles.Count > 0)
        {
            var shown = new ImpressionReader(options.Schema, time).Read(options.ImpressionFiles, progress);
            return Join(log, [.. options.Schema.Impressions!.Labels.Select(l => l.Name)], sides, SampleSource.Impressions, shown);
        }

        if (rules.Count > 0 && rules.All(r => r.Negative.Count > 0))
        {
            return WithPositives(Join(log, [.. rules.Select(r => r.Task)], sides, SampleSource.Outcomes, OutcomeRequests.Of(log, rules)), rules);
        }

        var sampled = SampledRequests.Of(log, rules.SelectMany(r => r.Positive).ToList(), options.Negatives);
        return WithPositives(Join(log, [rules.Count > 0 ? rules[0].Task : DefaultTask], sides, SampleSource.SampledNegatives, sampled), rules);
    }

    /// <summary>Joins requests with the histories that they look back on.</summary>
    /// <param name="log">Every user's events.</param>
    /// <param name="tasks">Names of the labels' columns.</param>
    /// <param name="sides">Names of the side features.</param>
    /// <param name="source">Where the labels come from.</param>
    /// <param name="requests">In any order; users may be new.</param>
    /// <exception cref="DataSetException">There is no request.</exception>
    internal static DataSet Join(
        EventLog log, IReadOnlyList<string> tasks, IReadOnlyList<string> sides, SampleSource source, IEnumerable<LabelledRequest> requests)
    {
        var byUser = new Dictionary<string, List<Request>>(StringComparer.Ordinal);
        var items = log.Users.SelectMany(u => u.Events).Select(e => e.ItemId).ToHashSet(StringComparer.Ordinal);
        var values = sides.ToDictionary(s => s, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (name, value) in log.Users.SelectMany(u => u.Events).SelectMany(e => e.Sides))
        {
            values[name].Add(value);
        }

        foreach (var shown in requests)
        {
            if (!byUser.TryGetValue(shown.UserId, out var own))
            {
                byUser[shown.UserId] = own = [];
            }

            own.Add(new(shown.Id, shown.AtMs, log.Find(shown.UserId)?.EventsBefore(shown.AtMs) ?? 0, shown.Candidates, shown.Labels));
            items.UnionWith(shown.Candidates.Select(c => c.ItemId));
        }

        if (byUser.Count == 0)
        {
            throw new DataSetException($"there is no request to learn from ({log.Report})");
        }

        var known = log.Users.Select(u => new UserSamples(u.UserId, UserFeatures.Of(u.UserId), u.History, Ordered(u.UserId)));
        var unknown = byUser.Keys
            .Where(id => log.Find(id) is null)
            .Select(id => new UserSamples(id, UserFeatures.Of(id), HistorySnapshot.Empty, Ordered(id)));
        return new(log, new()
        {
            Users = [.. known, .. unknown],
            Tasks = tasks,
            Actions = log.Actions,
            Sides = [.. sides.Select(s => new SideValues(s, values[s].Count))],
            DistinctItems = items.Count,
            Source = source,
        });

        List<Request> Ordered(string userId) => byUser.TryGetValue(userId, out var own) ? [.. own.OrderBy(r => r.AtMs)] : [];
    }

    private static DataSet WithPositives(DataSet set, IReadOnlyList<TaskRule> rules) => set with
    {
        Samples = set.Samples with
        {
            PositiveActions = rules.ToDictionary(r => r.Task, r => (IReadOnlySet<string>)r.Positive.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal),
        },
    };
}
