using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>One number for the two buckets that a group key's bias is read at (MODEL.md section 6).</summary>
internal static class BiasCode
{
    /// <summary>The key is a global token: its bias is 0.</summary>
    public const ushort None = LogBucket.Rows * LogBucket.Rows;

    /// <summary>Entries of a table that codes index.</summary>
    public const int Count = None + 1;

    /// <summary>Buckets of distances up to this are looked up, not computed.</summary>
    private const int NearGroups = 4096;

    private static readonly byte[] Near = [.. Enumerable.Range(0, NearGroups).Select(r => (byte)LogBucket.Of(r))];

    /// <summary>The code of a distance in groups and of two moments.</summary>
    public static ushort Of(long distance, long fromMs, long toMs)
    {
        var position = distance < NearGroups ? Near[distance] : LogBucket.Of(distance);
        return (ushort)((position * LogBucket.Rows) + LogBucket.OfSeconds(fromMs, toMs));
    }
}
