namespace Longer.Grid.Training;

/// <summary>A small generator of random numbers whose sequence for a seed will never change, as System.Random's may.</summary>
/// <remarks>Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.</remarks>
internal sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var x = _state;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>A whole number from 0 to below <paramref name="bound"/>.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>A number from 0 to below 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Moves <paramref name="count"/> elements, drawn without replacement, to the front of a list.</summary>
    public void DrawToFront<T>(IList<T> list, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var drawn = i + Next(list.Count - i);
            (list[i], list[drawn]) = (list[drawn], list[i]);
        }
    }
}
