namespace Longer.Grid.Model;

/// <summary>Extents of one layer's K/V rings.</summary>
/// <param name="Globals">G: rows of the user globals.</param>
/// <param name="Window">Groups that globals and candidates read: T in layer 0, k in the others.</param>
/// <param name="Width">D.</param>
/// <param name="RowWidth">Numbers of a ring's row: D, and what its storage adds.</param>
/// <param name="Storage">How the rows are kept.</param>
internal readonly record struct KvLayerShape(int Globals, int Window, int Width, int RowWidth, KvStorage Storage)
{
    public static KvLayerShape[] Of(LongerConfig config, KvStorage storage = KvStorage.Full) =>
        [.. Enumerable.Range(0, config.Layers).Select(l => new KvLayerShape(config.UserGlobals, config.Window(l), config.ModelDim, RowCodec.WidthOf(config, storage), storage))];

    /// <summary>Bytes of a state that holds the newest of <paramref name="groups"/> groups.</summary>
    public static long StateBytes(KvLayerShape[] layers, long groups) =>
        layers.Sum(l => KvRing.BytesOf(l, KvRing.CapacityFor((int)Math.Min(Math.Max(groups, 1), l.Window), l.Window))) + DeviceMemory.BytesOf(1, layers[0].Width);
}
