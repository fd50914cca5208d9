using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Training;
using Microsoft.Extensions.Logging;
using Request = Longer.Grid.Training.Request;

namespace Longer.Grid.Silo;

/// <summary>Joins labelled requests with the histories that they looked back on.</summary>
internal sealed partial class SampleBuilder(HistoryReader histories, ILogger<SampleBuilder> log)
{
    /// <summary>Samples for a model. Requests without a label in any of its tasks make none, nor do those of users who cannot be read.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public async Task<List<Sample>> BuildAsync(LongerConfig config, IEnumerable<FoundRequest> requests)
    {
        var sides = config.Sides.Select(side => side.Name).ToHashSet(StringComparer.Ordinal);
        var tasks = config.Tasks.Select((task, column) => (task, column)).ToDictionary(task => task.task, task => task.column, StringComparer.Ordinal);
        var samples = new List<Sample>();
        foreach (var user in requests.GroupBy(request => request.UserId, StringComparer.Ordinal))
        {
            try
            {
                // One reading for all of them: each sees its own part of it.
                var input = await histories.ReadAsync(user.Key, user.Min(request => request.NextOrdinal) - config.RetainedEvents, user.Max(request => request.NextOrdinal), sides);
                var own = user.Select(request => RequestOf(tasks, request, input.History)).OfType<Request>().OrderBy(request => request.AtMs).ToList();
                var samplesUser = new UserSamples(user.Key, input.Features, input.History, own);
                samples.AddRange(own.Select(request => new Sample(samplesUser, request)));
            }
            catch (UserUnreadableException e)
            {
                LogUnreadable(e.Message);
            }
        }

        return samples;
    }

    private static Request? RequestOf(Dictionary<string, int> tasks, FoundRequest found, HistorySnapshot history)
    {
        var labels = new float[found.Candidates.Count * tasks.Count];
        Array.Fill(labels, float.NaN);
        for (var c = 0; c < found.Candidates.Count; c++)
        {
            foreach (var label in found.Labels[c])
            {
                if (tasks.TryGetValue(label.Task, out var task))
                {
                    labels[(c * tasks.Count) + task] = label.IsPositive ? 1 : 0;
                }
            }
        }

        return Array.TrueForAll(labels, float.IsNaN) ? null : new(found.Id, found.AtMs, EventsSeen(history, found), found.Candidates, labels);
    }

    /// <summary>How many of the oldest events there are the score had to go by (<see cref="IOutcomeStore"/>).</summary>
    private static int EventsSeen(HistorySnapshot history, FoundRequest found)
    {
        var known = (int)Math.Clamp(found.NextOrdinal - history.FirstOrdinal, 0, history.Count);
        for (var i = 0; i < known; i++)
        {
            if (history.AtMs(history.FirstOrdinal + i) >= found.AtMs)
            {
                return i;
            }
        }

        return known;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Nothing is learned from a user who cannot be read: {Problem}")]
    private partial void LogUnreadable(string problem);
}
