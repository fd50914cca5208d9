using System.Numerics;

namespace Longer.Grid.Model;

/// <summary>
/// How often each of some keys was seen, and where last. An open-addressed table: ten thousand events are looked up against a few hundred keys, and
/// most are told apart, or counted, at the first place that is looked at.
/// </summary>
internal readonly struct KeyCounts
{
    private const int PlacesPerKey = 4;
    private const int LeastPlaces = 16;
    private const int Nowhere = -1;
    private const int WordBits = 64;
    private const ulong Spread = 0x9E3779B97F4A7C15; // 2^64 over the golden ratio: neighbouring keys fall apart.

    private readonly Place[] _places;
    private readonly int _shift;

    /// <summary>Some keys, none of them seen yet; the same one may come twice, and <see langword="null"/> is none.</summary>
    public KeyCounts(ulong?[] keys)
    {
        var places = BitOperations.RoundUpToPowerOf2((uint)Math.Max(LeastPlaces, keys.Length * PlacesPerKey));
        _places = new Place[places];
        _shift = WordBits - BitOperations.Log2(places);
        foreach (var key in keys)
        {
            if (key is { } present)
            {
                ref var place = ref Find(present);
                (place.Key, place.IsTaken, place.Newest) = (present, true, Nowhere);
            }
        }
    }

    /// <summary>Counts the keys among some events.</summary>
    /// <param name="keys">By event, oldest first.</param>
    /// <param name="from">The first event that counts.</param>
    /// <param name="column">Says which keys are there; <see langword="null"/> where all are.</param>
    public void Count(ReadOnlySpan<ulong> keys, int from, KeyColumn? column)
    {
        for (var i = from; i < keys.Length; i++)
        {
            ref var place = ref Find(keys[i]);
            if (place.IsTaken && (column is null || column.Has(i)))
            {
                place.Count++;
                place.Newest = i;
            }
        }
    }

    /// <summary>How often a key was seen, and in which event last; never for <see langword="null"/>.</summary>
    public (int Count, int Newest) Of(ulong? key)
    {
        if (key is not { } present)
        {
            return (0, Nowhere);
        }

        var place = Find(present);
        return (place.Count, place.Newest);
    }

    /// <summary>The key's place, or the free one where it would stand: a quarter of the places are taken at most, so that there is one.</summary>
    private ref Place Find(ulong key)
    {
        var places = _places;
        for (var at = (int)((key * Spread) >> _shift); ; at = (at + 1) & (places.Length - 1))
        {
            ref var place = ref places[at];
            if (place.Key == key || !place.IsTaken)
            {
                // A free place has the key 0, which is a key too: then IsTaken tells.
                return ref place;
            }
        }
    }

    private struct Place
    {
        public ulong Key;
        public int Count;
        public int Newest;
        public bool IsTaken;
    }
}
