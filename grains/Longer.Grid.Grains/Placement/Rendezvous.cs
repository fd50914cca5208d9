namespace Longer.Grid.Grains;

/// <summary>
/// Weighted rendezvous hashing: each key goes to the silo that draws the best lot for it. Every process draws the same lots, silos get keys
/// in proportion to their weights, and one that joins or leaves moves only keys that it gets or had.
/// </summary>
internal static class Rendezvous
{
    /// <summary>The silo that a key belongs to.</summary>
    /// <param name="key">A hash that is the same in every process.</param>
    /// <param name="silos">At least one, in any order; no weight is negative.</param>
    public static SiloAddress Choose(uint key, IEnumerable<(SiloAddress Silo, double Weight)> silos)
    {
        var (best, bestLot) = (default(SiloAddress), double.PositiveInfinity);
        foreach (var (silo, weight) in silos)
        {
            var lot = Lot(key, silo) / Math.Max(weight, double.Epsilon);
            if (best is null || lot < bestLot || (lot == bestLot && silo.CompareTo(best) < 0))
            {
                (best, bestLot) = (silo, lot);
            }
        }

        return best ?? throw new ArgumentException("There is no silo to choose from.", nameof(silos));
    }

    /// <summary>A number of the exponential distribution: over a weight, the least of several is each silo's as often as its weight says.</summary>
    private static double Lot(uint key, SiloAddress silo)
    {
        var mixed = Mix(((ulong)key << 32) | (uint)silo.GetConsistentHashCode());
        var uniform = ((mixed >> 11) + 0.5) / (1UL << 53); // Strictly between 0 and 1.
        return -Math.Log(uniform);
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
