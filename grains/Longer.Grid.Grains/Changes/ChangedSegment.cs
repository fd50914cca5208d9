namespace Longer.Grid.Grains;

/// <summary>A segment as its last change left it.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="Change">The number of that change.</param>
/// <param name="Born">Names the history that the ordinals count in: where it is another, they began anew. 0 of a user older than such names.</param>
/// <param name="Segment">Its events.</param>
public sealed record ChangedSegment(string UserId, long Change, long Born, StoredSegment Segment);
