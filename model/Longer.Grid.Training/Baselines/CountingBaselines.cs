using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>
/// What counting alone foretells. What counts is an event that says yes in the task; where the labels are not read off the events, any.
/// </summary>
internal static class CountingBaselines
{
    /// <summary>How often anyone took the candidate strictly before the request.</summary>
    public static List<ScoredCandidate> Popularity(TrainingSet set, IReadOnlyList<Sample> samples, int task)
    {
        var counts = Counts(set, task);
        var times = new Dictionary<ulong, List<long>>();
        foreach (var user in set.Users)
        {
            for (var i = 0; i < user.History.Count; i++)
            {
                if (!counts(user.History, i))
                {
                    continue;
                }

                if (!times.TryGetValue(user.History.ItemKeys[i], out var at))
                {
                    times.Add(user.History.ItemKeys[i], at = []);
                }

                at.Add(user.History.AtMs(user.History.FirstOrdinal + i));
            }
        }

        foreach (var at in times.Values)
        {
            at.Sort();
        }

        return Score(samples, task, (sample, item) => times.TryGetValue(item, out var at) ? Before(at, sample.Request.AtMs) : 0);
    }

    /// <summary>How often the user took the candidate before the request.</summary>
    public static List<ScoredCandidate> OwnCount(TrainingSet set, IReadOnlyList<Sample> samples, int task)
    {
        var counts = Counts(set, task);
        return Score(samples, task, (sample, item) =>
        {
            var (history, count) = (sample.User.History, 0);
            for (var i = 0; i < sample.Request.HistoryEvents; i++)
            {
                count += history.ItemKeys[i] == item && counts(history, i) ? 1 : 0;
            }

            return count;
        });
    }

    // Whether the event at an index of a history counts in a task.
    private static Func<HistorySnapshot, int, bool> Counts(TrainingSet set, int task) =>
        set.PositiveActions.TryGetValue(set.Tasks[task], out var positive)
            ? (history, i) => positive.Contains(history.Action(history.FirstOrdinal + i))
            : (_, _) => true;

    private static List<ScoredCandidate> Score(IReadOnlyList<Sample> samples, int task, Func<Sample, ulong, int> count)
    {
        var scored = new List<ScoredCandidate>();
        foreach (var sample in samples)
        {
            for (var c = 0; c < sample.Request.Candidates.Count; c++)
            {
                if (sample.Request.Label(c, task) is var label && !float.IsNaN(label))
                {
                    scored.Add(new(sample.User.UserId, count(sample, sample.Request.Candidates[c].Features.ItemKey), label > 0.5f));
                }
            }
        }

        return scored;
    }

    private static int Before(List<long> times, long atMs)
    {
        var found = times.BinarySearch(atMs);
        for (found = found < 0 ? ~found : found; found > 0 && times[found - 1] == atMs;)
        {
            found--;
        }

        return found;
    }
}
