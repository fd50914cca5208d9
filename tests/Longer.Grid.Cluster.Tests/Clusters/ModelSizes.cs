using System.Globalization;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Two random models, and K/V memory that is enough for one of them alone.</summary>
internal static class ModelSizes
{
    private static readonly (int Seed, long Bytes)[] All = [.. Enumerable.Range(100, 20).Select(seed => (seed, BytesOf(seed))).OrderBy(model => model.Item2)];

    /// <summary>Seed of the model that fits.</summary>
    public static int Small => All[0].Seed;

    /// <summary>Seed of the model that does not.</summary>
    public static int Large => All[^1].Seed;

    /// <summary>As <c>--kv-memory</c> takes it, for a silo with one worker.</summary>
    public static string Between => string.Create(CultureInfo.InvariantCulture, $"{(All[0].Bytes + All[^1].Bytes) / 2}");

    private static long BytesOf(int seed)
    {
        var config = RandomModels.Of(seed).Config;
        return 2 * KvLayerShape.StateBytes(KvLayerShape.Of(config), config.VisibleGroups);
    }
}
