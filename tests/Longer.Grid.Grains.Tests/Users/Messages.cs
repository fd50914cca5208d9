using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

/// <summary>The oracle's random users as messages to a grain.</summary>
internal static class Messages
{
    public static BehaviorEvent Message(this OracleEvent e) => new(e.ItemId, e.Action, e.AtMs, [.. e.Sides.Select(s => new Feature(s.Key, s.Value))]);

    public static Candidate Message(this OracleCandidate c) => new(c.ItemId, [.. c.Sides.Select(s => new Feature(s.Key, s.Value))]);

    public static ScoreRequest Request(this OracleCase scored) => new([.. scored.Candidates.Select(Message)], scored.AtMs, null, null, null);
}
