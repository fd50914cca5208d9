namespace Longer.Grid.Cluster.Tests;

/// <summary>What has become of events that the grid acknowledged, and of the scores computed from them; all zero where all is well.</summary>
/// <param name="Lost">Acknowledged events that are not there.</param>
/// <param name="Doubled">Events that are there more than once.</param>
/// <param name="Strange">Events that are there and should not be: never sent, part of a batch that was not acknowledged, or in another order.</param>
/// <param name="Unreadable">Users whose events are not answered at all.</param>
/// <param name="WrongScores">Users whose scores are not the oracle's.</param>
internal sealed record Kept(int Lost = 0, int Doubled = 0, int Strange = 0, int Unreadable = 0, int WrongScores = 0)
{
    public static Kept Everything { get; } = new();

    public static Kept operator +(Kept one, Kept other) => new(
        one.Lost + other.Lost, one.Doubled + other.Doubled, one.Strange + other.Strange, one.Unreadable + other.Unreadable, one.WrongScores + other.WrongScores);

    /// <summary>Compares what is there with what was acknowledged and, all or nothing of it, with what was sent and not acknowledged.</summary>
    public static Kept Of(IReadOnlyList<string> there, IReadOnlyList<string> acknowledged, IReadOnlyList<string> unanswered)
    {
        var expected = there.Count == acknowledged.Count ? acknowledged : [.. acknowledged, .. unanswered];
        var counted = there.CountBy(e => e).ToDictionary();
        var lost = acknowledged.Distinct().Count(e => !counted.ContainsKey(e));
        var doubled = counted.Sum(e => e.Value - 1) - (acknowledged.Count - acknowledged.Distinct().Count());
        var strange = counted.Keys.Except(expected).Count();
        return there.SequenceEqual(expected) ? Everything : new(lost, doubled, lost + doubled == 0 ? Math.Max(1, strange) : strange);
    }
}
