using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Shapes of the models that read single events.</summary>
internal static class Unmerged
{
    /// <summary>LONGER's tables with one event a token, as wide as LONGER's merged tokens: no model keeps less of a history for its width.</summary>
    /// <param name="config">LONGER's shape.</param>
    /// <param name="events">The window at the most, in events.</param>
    public static LongerConfig Of(LongerConfig config, int events)
    {
        var most = Math.Min(events, config.MaxEvents);
        return config with { MaxEvents = most, RecentGroups = most, GroupSize = 1, EventDim = config.ModelDim, InnerLayers = 0 };
    }
}
