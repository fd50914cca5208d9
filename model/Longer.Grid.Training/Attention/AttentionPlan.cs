using System.Numerics;

namespace Longer.Grid.Training;

/// <summary>Who sees whom in one attention call: exact key ranges, so that a masked key costs nothing and cannot touch a result.</summary>
internal sealed class AttentionPlan
{
    private readonly long[] _weights;

    /// <summary>Lays out the weights that the backward pass will read.</summary>
    /// <param name="heads">Attention heads.</param>
    /// <param name="tiles">In the order of their queries; together they cover each query once.</param>
    /// <param name="codes">Bias codes that the tiles point into: <see cref="BiasCode"/>.</param>
    public AttentionPlan(int heads, AttentionTile[] tiles, ushort[] codes)
    {
        Heads = heads;
        Tiles = tiles;
        Codes = codes;
        _weights = new long[tiles.Length];
        for (var i = 0; i < tiles.Length; i++)
        {
            _weights[i] = WeightsPerHead;
            WeightsPerHead += (long)tiles[i].Queries * RowLength(tiles[i]);
            LongestTile = Math.Max(LongestTile, tiles[i].Queries * RowLength(tiles[i]));
            LongestRow = Math.Max(LongestRow, RowLength(tiles[i]));
        }
    }

    public int Heads { get; }

    public AttentionTile[] Tiles { get; }

    public ushort[] Codes { get; }

    /// <summary>Floats that one head's attention weights take.</summary>
    public long WeightsPerHead { get; }

    /// <summary>Floats of the largest tile's weights.</summary>
    public int LongestTile { get; }

    /// <summary>Floats of the longest row of weights.</summary>
    public int LongestRow { get; }

    /// <summary>Where a tile's weights begin within a head's.</summary>
    public long WeightsAt(int tile) => _weights[tile];

    /// <summary>Floats from one query's weights to the next one's. The slack lets whole vectors be written past the last key.</summary>
    public static int RowLength(in AttentionTile tile)
    {
        var lanes = Vector<float>.Count;
        return (tile.Keys + (3 * lanes)) / lanes * lanes;
    }
}
