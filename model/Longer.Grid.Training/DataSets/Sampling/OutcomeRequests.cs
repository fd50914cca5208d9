namespace Longer.Grid.Training;

/// <summary>Requests read off explicit outcomes among the events: a like says yes to its item, a skip says no.</summary>
internal static class OutcomeRequests
{
    /// <summary>A request for each user and instant with an outcome, in time order; its candidates are the items that had one.</summary>
    /// <param name="log">Whose events.</param>
    /// <param name="rules">Each has positive and negative actions.</param>
    public static IEnumerable<LabelledRequest> Of(EventLog log, IReadOnlyList<TaskRule> rules)
    {
        var said = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (var task = 0; task < rules.Count; task++)
        {
            Say(rules[task].Positive, task, 1);
            Say(rules[task].Negative, task, 0);
        }

        return log.Users
            .SelectMany(user => user.Events
                .Where(e => said.ContainsKey(e.Action))
                .GroupBy(e => e.AtMs)
                .Select(instant => new LabelledRequest(
                    $"{user.UserId}@{instant.Key}",
                    user.UserId,
                    instant.Key,
                    [.. instant.Select(e => new RequestCandidate(e.ItemId, e.Sides))],
                    [.. instant.SelectMany(e => said[e.Action])])))
            .OrderBy(request => request.AtMs);

        void Say(IReadOnlyList<string> actions, int task, float label)
        {
            foreach (var action in actions)
            {
                if (!said.TryGetValue(action, out var labels))
                {
                    said[action] = labels = new float[rules.Count];
                    Array.Fill(labels, float.NaN);
                }

                labels[task] = label;
            }
        }
    }
}
