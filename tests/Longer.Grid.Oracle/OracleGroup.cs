namespace Longer.Grid.Oracle;

/// <summary>Events merged into one token.</summary>
/// <param name="Number">g: the group's number in the user's life.</param>
/// <param name="Events">Its events, oldest first: K of them, fewer in the newest group.</param>
/// <param name="Token">Its merged token h_g, shape <c>[D]</c>.</param>
internal sealed record OracleGroup(long Number, IReadOnlyList<OracleEvent> Events, double[] Token)
{
    public long LastMs => Events[^1].AtMs;
}
