namespace Longer.Grid.Grains;

/// <summary>What has changed since a cursor, or the first part of it.</summary>
/// <param name="Changes">In the order of their change numbers; fewer than were asked for when there are no more yet.</param>
/// <param name="Next">Where the next reading goes on.</param>
public sealed record ChangePage<T>(IReadOnlyList<T> Changes, ChangeCursor Next);
