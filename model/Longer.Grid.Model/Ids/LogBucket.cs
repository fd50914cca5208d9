using System.Numerics;

namespace Longer.Grid.Model;

/// <summary>Two buckets an octave for counts and durations (MODEL.md section 2).</summary>
public static class LogBucket
{
    /// <summary>Rows of every table that a bucket indexes.</summary>
    public const int Rows = 64;

    /// <summary>The bucket that means "never".</summary>
    public const int Never = 63;

    private const int Largest = 62;

    /// <summary>The bucket of a whole number.</summary>
    /// <param name="value">Zero or more.</param>
    public static int Of(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var v = (ulong)value + 1;
        var exponent = BitOperations.Log2(v);
        var half = exponent >= 1 ? (int)((v >> (exponent - 1)) & 1) : 0;
        return Math.Min(Largest, (2 * exponent) + half);
    }

    /// <summary>The bucket of a duration: whole seconds from one instant to a later one, none if it is earlier.</summary>
    /// <param name="fromMs">Unix milliseconds.</param>
    /// <param name="toMs">Unix milliseconds.</param>
    public static int OfSeconds(long fromMs, long toMs) => Of(Math.Max(0, toMs - fromMs) / 1000);
}
