namespace Longer.Grid.Model;

/// <summary>
/// Groups whose InnerTrans is computed as one product, with a mask between them: thousands of products of K by K take much longer than a few
/// hundred larger ones, though these do more.
/// </summary>
internal static class GroupTiles
{
    private const int Slots = 32;

    /// <summary>Groups of a tile.</summary>
    public static int Of(LongerConfig config) => Math.Max(1, Slots / config.GroupSize);

    /// <summary>Groups of whole tiles that hold some.</summary>
    public static int Padded(int groups, int together) => (groups + together - 1) / together * together;

    /// <summary>0 between slots of one group, masked between others; shape <c>[slots, slots]</c>.</summary>
    public static float[] Apart(int groupSize, int together)
    {
        var slots = groupSize * together;
        var mask = new float[slots * slots];
        for (var i = 0; i < slots; i++)
        {
            for (var j = 0; j < slots; j++)
            {
                mask[(i * slots) + j] = i / groupSize == j / groupSize ? 0 : ModelGraph.Masked;
            }
        }

        return mask;
    }
}
