using Longer.Grid.Gateway;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>A data set cut at a moment: what is imported before it, and what is replayed from it on, in time order.</summary>
internal sealed class ReplayPlan
{
    // What a client would have sent as one batch: a user's events close together with no request between.
    private const long BatchSpanMs = 60_000;

    private ReplayPlan(IReadOnlyList<UserEvents> before, IReadOnlyList<ReplayStep> steps)
    {
        Before = before;
        Steps = steps;
    }

    /// <summary>Every user's events strictly before the cut.</summary>
    public IReadOnlyList<UserEvents> Before { get; }

    /// <summary>
    /// Requests and events from the cut on. Of one user's, a request comes after exactly the events that are strictly earlier.
    /// </summary>
    public IReadOnlyList<ReplayStep> Steps { get; }

    /// <summary>Cuts a data set.</summary>
    /// <param name="set">Histories with their source's ids, and the requests on them.</param>
    /// <param name="fromMs">The cut, in Unix milliseconds: events and requests of that instant are replayed.</param>
    public static ReplayPlan Of(DataSet set, long fromMs)
    {
        var before = set.Log.Users
            .Select(user => new UserEvents(user.UserId, [.. user.Events.Take(user.EventsBefore(fromMs))]))
            .Where(user => user.Events.Count > 0);
        // A stable sort: steps of one user and instant stay as StepsOf put them.
        var steps = set.Samples.Users.SelectMany(user => StepsOf(user, set.Log.Find(user.UserId), fromMs)).OrderBy(step => step.AtMs);
        return new([.. before], [.. steps]);
    }

    private static List<ReplayStep> StepsOf(UserSamples user, UserLog? log, long fromMs)
    {
        var steps = new List<ReplayStep>();
        var events = log?.Events ?? [];
        var next = log?.EventsBefore(fromMs) ?? 0;
        foreach (var request in user.Requests.Where(request => request.AtMs >= fromMs))
        {
            AppendTo(request.HistoryEvents);
            steps.Add(new ScoreStep(user.UserId, request));
        }

        AppendTo(events.Count);
        return steps;

        void AppendTo(int end)
        {
            for (var from = next; next < end; from = next)
            {
                while (next < end && next - from < GatewayLimits.Events && events[next].AtMs - events[from].AtMs < BatchSpanMs)
                {
                    next++;
                }

                steps.Add(new AppendStep(user.UserId, [.. events.Skip(from).Take(next - from)]));
            }
        }
    }
}
