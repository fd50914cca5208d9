namespace Longer.Grid.Model;

/// <summary>A user's state on a device: a ring for each layer, and the user token after the last one (MODEL.md section 9).</summary>
internal sealed class KvState : IDisposable
{
    private readonly DeviceProvider _device;
    private readonly KvLayerShape[] _shapes;

    /// <summary>Allocates a state for a history, in the smallest size class that holds it.</summary>
    public KvState(DeviceProvider device, KvLayerShape[] shapes, LongerEngine engine, in Timeline timeline)
    {
        _device = device;
        _shapes = shapes;
        Engine = engine;
        User = new DeviceMemory(device.RingMemory, 1, shapes[0].Width);
        Rings = new KvRing[shapes.Length];
        for (var l = 0; l < shapes.Length; l++)
        {
            var visible = (int)Math.Min(timeline.Count, shapes[l].Window);
            Rings[l] = new KvRing(device, shapes[l], KvRing.CapacityFor(Math.Max(1, visible), shapes[l].Window), timeline.Newest - visible + 1);
        }
    }

    /// <summary>The engine, and so the model version, that computed it.</summary>
    public LongerEngine Engine { get; }

    public KvRing[] Rings { get; }

    /// <summary>The user token after the last layer, shape <c>[1, D]</c>.</summary>
    public DeviceMemory User { get; }

    /// <summary>What it was computed from; <see langword="null"/> before the first prefill has written all of it.</summary>
    public UserInput? Encoded { get; set; }

    public long Bytes => DeviceMemory.BytesOf(1, _shapes[0].Width) + Rings.Select((ring, l) => KvRing.BytesOf(_shapes[l], ring.Capacity)).Sum();

    /// <summary>Bytes of the larger rings that a group needs; 0 where all have room for it.</summary>
    public long GrowthBytes(long group) =>
        Rings.Select((ring, l) => ring.HasRoomFor(group) ? 0 : KvRing.BytesOf(_shapes[l], ring.CapacityWith(group))).Sum();

    /// <summary>Moves the rings that have no room for a group into larger ones; all of them, or none if memory fails.</summary>
    /// <returns>Bytes of the rings that were left.</returns>
    public long Grow(long group)
    {
        var grown = new KvRing?[Rings.Length];
        try
        {
            for (var l = 0; l < Rings.Length; l++)
            {
                grown[l] = Rings[l].HasRoomFor(group) ? null : Rings[l].Grown(_device, _shapes[l], Rings[l].CapacityWith(group));
            }
        }
        catch
        {
            Array.ForEach(grown, ring => ring?.Dispose());
            throw;
        }

        var left = 0L;
        for (var l = 0; l < Rings.Length; l++)
        {
            if (grown[l] is { } larger)
            {
                left += KvRing.BytesOf(_shapes[l], Rings[l].Capacity);
                Rings[l].Dispose();
                Rings[l] = larger;
            }
        }

        return left;
    }

    public void Dispose()
    {
        User.Dispose();
        foreach (var ring in Rings)
        {
            ring.Dispose();
        }
    }
}
