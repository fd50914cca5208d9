using System.Text;
using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Chooses a model's shape for a data set: tables by what occurs, the window by the longest history.</summary>
public sealed record ModelShape
{
    /// <summary>The history window at the most, in events. Default 10,000.</summary>
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>Events merged into one token. Default 4.</summary>
    public int GroupSize { get; init; } = 4;

    /// <summary>InnerTrans blocks; 0 is plain concatenation. Default 1.</summary>
    public int InnerLayers { get; init; } = 1;

    /// <summary>Width of an event token. Default 16.</summary>
    public int EventDim { get; init; } = 16;

    /// <summary>Width of item and side rows. Default 16.</summary>
    public int TableDim { get; init; } = 16;

    /// <summary>Self-causal layers. Default 1.</summary>
    public int SelfLayers { get; init; } = 1;

    /// <summary>Recent groups at the most. Default 100.</summary>
    public int RecentGroups { get; init; } = 100;

    /// <summary>The config for a data set.</summary>
    public LongerConfig For(TrainingSet set)
    {
        var longest = set.Users.SelectMany(u => u.Requests).Select(r => r.HistoryEvents).DefaultIfEmpty(1).Max();

        // A window ends between groups: one that is shorter than a group needs smaller groups.
        var groupSize = Math.Min(GroupSize, MaxEvents);
        var maxEvents = Math.Clamp(RoundUp(longest), groupSize, MaxEvents);
        return new LongerConfig
        {
            MaxEvents = maxEvents,
            EventDim = EventDim,
            GroupSize = groupSize,
            InnerLayers = InnerLayers,
            InnerHeads = 2,
            Heads = 4,
            SelfLayers = SelfLayers,
            RecentGroups = Math.Min(RecentGroups, (maxEvents + groupSize - 1) / groupSize),
            ClsTokens = 1,
            Item = new FeatureTable("item", TableRows(set.DistinctItems), TableDim),
            UserRows = TableRows(set.Users.Count),
            Sides = [.. set.Sides.Select(s => new FeatureTable(s.Name, TableRows(s.DistinctValues), TableDim))],
            Profile = [],
            Actions = [.. set.Actions.Where(a => Encoding.UTF8.GetByteCount(a) is >= 1 and <= 64).Take(256)],
            ActionDim = 8,
            GapDim = 8,
            CrossDim = 8,
            Tasks = set.Tasks,
        };
    }

    /// <summary>Enough rows that few values share one: twice what occurs, and room for what is yet to come.</summary>
    private static int TableRows(int values) => (2 * Math.Max(values, 8)) + 1;

    /// <summary>To the next of 1, 2, 5, 10, 20, 50, ..</summary>
    private static int RoundUp(int events)
    {
        for (var power = 1; ; power *= 10)
        {
            foreach (var step in new[] { 1, 2, 5 })
            {
                if (events <= step * power)
                {
                    return step * power;
                }
            }
        }
    }
}
