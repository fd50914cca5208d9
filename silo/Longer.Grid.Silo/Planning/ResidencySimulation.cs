using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>The accounts of a device's K/V memory, request by request, as <see cref="KvPool"/> keeps them when one call runs at a time.</summary>
/// <param name="budgetBytes">At least two of the largest states.</param>
/// <param name="layers">The model's rings.</param>
internal sealed class ResidencySimulation(long budgetBytes, KvLayerShape[] layers)
{
    private readonly LinkedList<(long User, long Groups)> _byRecency = new(); // The least recently used first.
    private readonly Dictionary<long, LinkedListNode<(long User, long Groups)>> _residents = [];

    /// <summary>Bytes in use.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Users with a state.</summary>
    public int Residents => _residents.Count;

    /// <summary>States that had to go for others.</summary>
    public long Evictions { get; private set; }

    /// <summary>A user is scored, who has so many groups of events now.</summary>
    /// <returns>Whether the state was there, so that no prefill is needed.</returns>
    public bool Score(long user, long groups)
    {
        if (CatchesUp(user, groups))
        {
            return true;
        }

        Admit(user, groups);
        return false;
    }

    /// <summary>Events of a user come, who has so many groups of events then; a state that is there follows them.</summary>
    public void Append(long user, long groups)
    {
        if (_residents.ContainsKey(user) && !CatchesUp(user, groups))
        {
            Admit(user, groups);
        }
    }

    private bool CatchesUp(long user, long groups)
    {
        if (!_residents.TryGetValue(user, out var place))
        {
            return false;
        }

        _byRecency.Remove(place);
        _byRecency.AddLast(place);
        var (reserved, left) = (0L, 0L);
        foreach (var layer in layers)
        {
            var (has, needs) = (RingBytes(layer, place.Value.Groups), RingBytes(layer, groups));
            (reserved, left) = needs > has ? (reserved + needs, left + has) : (reserved, left);
        }

        // A larger ring is taken beside the old one, which is left once its rows are copied.
        if (!MakesRoom(reserved, except: place))
        {
            Remove(place);
            return false;
        }

        UsedBytes += reserved - left;
        place.Value = (user, groups);
        return true;
    }

    private void Admit(long user, long groups)
    {
        var bytes = KvLayerShape.StateBytes(layers, groups);
        if (!MakesRoom(bytes, except: null))
        {
            throw new InvalidOperationException($"A state of {bytes} bytes does not fit a budget of {budgetBytes}.");
        }

        UsedBytes += bytes;
        _residents.Add(user, _byRecency.AddLast((user, groups)));
    }

    private bool MakesRoom(long bytes, LinkedListNode<(long User, long Groups)>? except)
    {
        for (var place = _byRecency.First; UsedBytes + bytes > budgetBytes && place is not null;)
        {
            var next = place.Next;
            if (place != except)
            {
                Remove(place);
                Evictions++;
            }

            place = next;
        }

        return UsedBytes + bytes <= budgetBytes;
    }

    private void Remove(LinkedListNode<(long User, long Groups)> place)
    {
        UsedBytes -= KvLayerShape.StateBytes(layers, place.Value.Groups);
        _byRecency.Remove(place);
        _residents.Remove(place.Value.User);
    }

    private static long RingBytes(KvLayerShape layer, long groups) =>
        KvRing.BytesOf(layer, KvRing.CapacityFor((int)Math.Min(Math.Max(groups, 1), layer.Window), layer.Window));
}
