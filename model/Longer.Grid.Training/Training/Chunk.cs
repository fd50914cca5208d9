namespace Longer.Grid.Training;

/// <summary>Requests of one user, close enough in the timeline to share one encoding.</summary>
/// <param name="User">The user.</param>
/// <param name="Requests">In time order.</param>
public sealed record Chunk(UserSamples User, IReadOnlyList<Request> Requests)
{
    /// <summary>Divides samples into chunks; the order of users and times is kept.</summary>
    /// <param name="samples">In any order.</param>
    /// <param name="mostRequests">Requests of a chunk at the most.</param>
    /// <param name="mostEvents">Events between its first and its last request at the most.</param>
    public static List<Chunk> Of(IEnumerable<Sample> samples, int mostRequests, int mostEvents)
    {
        var chunks = new List<Chunk>();
        foreach (var user in samples.GroupBy(s => s.User, ReferenceEqualityComparer.Instance))
        {
            var current = new List<Request>();
            foreach (var request in user.Select(s => s.Request).OrderBy(r => r.HistoryEvents).ThenBy(r => r.AtMs))
            {
                if (current.Count == mostRequests || (current.Count > 0 && request.HistoryEvents - current[0].HistoryEvents > mostEvents))
                {
                    chunks.Add(new Chunk((UserSamples)user.Key!, current));
                    current = [];
                }

                current.Add(request);
            }

            chunks.Add(new Chunk((UserSamples)user.Key!, current));
        }

        return chunks;
    }
}
