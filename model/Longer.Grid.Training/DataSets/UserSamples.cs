using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>One user of a data set: the history, and the requests that look back on it.</summary>
/// <param name="UserId">The user's id as it stood in the file.</param>
/// <param name="Features">What the user token is made of.</param>
/// <param name="History">Every accepted event, in time order. A request sees a prefix (<see cref="HistoryAt"/>).</param>
/// <param name="Requests">In time order; may be empty.</param>
public sealed record UserSamples(string UserId, UserFeatures Features, HistorySnapshot History, IReadOnlyList<Request> Requests)
{
    /// <summary>The history as it was when a request was made: the events strictly earlier.</summary>
    public HistorySnapshot HistoryAt(Request request) => History.Prefix(request.HistoryEvents);
}
