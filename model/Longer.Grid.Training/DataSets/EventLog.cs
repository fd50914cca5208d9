using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>
/// Every user's accepted events. They went through <see cref="EventIntake"/>, all of a user's events as one batch, so that the order of rows
/// in a file does not matter; a grain that is sent a user's <see cref="UserLog.Events"/> from first to last, in batches of any size, accepts
/// all of them and has the same history.
/// </summary>
public sealed class EventLog
{
    private readonly Dictionary<string, UserLog> _byId;

    private EventLog(IReadOnlyList<UserLog> users, IReadOnlyList<string> actions, IntakeReport report)
    {
        Users = users;
        Actions = actions;
        Report = report;
        _byId = users.ToDictionary(u => u.UserId, StringComparer.Ordinal);
    }

    /// <summary>In the order of their first rows.</summary>
    public IReadOnlyList<UserLog> Users { get; }

    /// <summary>Actions that occur, the most frequent first.</summary>
    public IReadOnlyList<string> Actions { get; }

    /// <summary>What was read, accepted and dropped.</summary>
    public IntakeReport Report { get; }

    /// <summary>A user's events, <see langword="null"/> where there are none.</summary>
    public UserLog? Find(string userId) => _byId.GetValueOrDefault(userId);

    /// <summary>Sorts events by user and time and drops repeats.</summary>
    /// <param name="events">In any order; those of one user and instant keep theirs.</param>
    public static EventLog Of(IEnumerable<BehaviorRecord> events)
    {
        var byUser = new Dictionary<string, List<BehaviorRecord>>(StringComparer.Ordinal);
        long rows = 0;
        foreach (var read in events)
        {
            rows++;
            if (!byUser.TryGetValue(read.UserId, out var own))
            {
                byUser[read.UserId] = own = [];
            }

            own.Add(read);
        }

        var users = byUser.Select(user => Accept(user.Key, user.Value)).ToList();
        var actions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var accepted in users.SelectMany(u => u.Events))
        {
            actions[accepted.Action] = actions.GetValueOrDefault(accepted.Action) + 1;
        }

        return new(
            users,
            [.. actions.OrderByDescending(a => a.Value).ThenBy(a => a.Key, StringComparer.Ordinal).Select(a => a.Key)],
            new IntakeReport(rows, users.Sum(u => (long)u.Events.Count), users.Count));
    }

    private static UserLog Accept(string userId, List<BehaviorRecord> events)
    {
        var accepted = EventIntake.Accept(HistorySnapshot.Empty, events, e => e.Identity);
        var history = new EventHistory();
        foreach (var one in accepted)
        {
            history.Append(one.ToKeyed());
        }

        return new(userId, accepted, history.Snapshot());
    }
}
