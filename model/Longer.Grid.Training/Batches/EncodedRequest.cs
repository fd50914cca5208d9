namespace Longer.Grid.Training;

/// <summary>A request as the model reads it: rows and buckets.</summary>
/// <param name="AtMs">Request time, Unix milliseconds.</param>
/// <param name="NextOrdinal">Ordinals below this one are seen.</param>
/// <param name="NewestGroup">The newest group seen, possibly partly filled; below the user's first group when there is none.</param>
/// <param name="ItemRows">Shape <c>[C]</c>.</param>
/// <param name="SideRows">Shape <c>[sides][C]</c>.</param>
/// <param name="Cross">Shape <c>[2 * (1 + sides)][C]</c>: count and age buckets of the item, then of each side.</param>
/// <param name="Labels">Shape <c>[C, tasks]</c>, row-major: 1, 0 or NaN.</param>
internal sealed record EncodedRequest(
    long AtMs, long NextOrdinal, long NewestGroup, int[] ItemRows, int[][] SideRows, int[][] Cross, float[] Labels)
{
    public int Candidates => ItemRows.Length;
}
