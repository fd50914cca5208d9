namespace Longer.Grid.Oracle;

/// <summary>Buckets of counts and durations (MODEL.md section 2), written a second time.</summary>
public static class OracleBuckets
{
    /// <summary>The bucket of what never happened.</summary>
    public const int Never = 63;

    /// <summary>The bucket of a whole number of at least 0.</summary>
    public static int Of(long x)
    {
        var v = (Int128)x + 1;
        var e = 0;
        for (var rest = v; rest > 1; rest /= 2)
        {
            e++;
        }

        // The second bit from the top: whether v lies in the upper half of its octave, at or above 3/4 of 2^(e+1).
        var s = e >= 1 && v * 2 >= (Int128)3 << e ? 1 : 0;
        return Math.Min(62, (2 * e) + s);
    }

    /// <summary>The bucket of the whole seconds from one instant to another, 0 if that lies before it. Both in Unix milliseconds.</summary>
    public static int OfSeconds(long fromMs, long toMs) => toMs <= fromMs ? Of(0) : Of((toMs - fromMs) / 1000);
}
