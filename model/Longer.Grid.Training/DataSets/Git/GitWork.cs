namespace Longer.Grid.Training;

/// <summary>One commit with its files found.</summary>
/// <param name="UserId">Who made it.</param>
/// <param name="AtMs">The author's time, in Unix milliseconds.</param>
/// <param name="IsLarge">It touches too many files to be a behaviour; they exist all the same.</param>
/// <param name="Touches">What it did to which file.</param>
internal sealed record GitWork(string UserId, long AtMs, bool IsLarge, IReadOnlyList<(string Action, GitFile File)> Touches)
{
    /// <summary>Its behaviours.</summary>
    public IEnumerable<BehaviorRecord> Events() => Touches.Select(t => new BehaviorRecord(UserId, t.File.Candidate.ItemId, t.Action, AtMs, t.File.Candidate.Sides));
}
