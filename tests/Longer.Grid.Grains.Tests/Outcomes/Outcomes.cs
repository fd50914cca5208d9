using System.Collections.Immutable;

namespace Longer.Grid.Grains.Tests;

/// <summary>Outcomes for tests.</summary>
internal static class Outcomes
{
    public const long Start = 1_700_000_000_000;

    /// <summary>One of a user, so many milliseconds after the start.</summary>
    public static Outcome Of(string user, int at, params ImmutableArray<OutcomeItem> items) =>
        new(user, Start + at, $"request {at}", items.IsDefaultOrEmpty ? [new("shown", [new("artist", "a7")], [new("like", true), new("share", false)])] : items);
}
