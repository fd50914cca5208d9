using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Model folders with random weights.</summary>
internal static class ModelFiles
{
    /// <summary>Writes a random model's two files.</summary>
    /// <returns>The same model.</returns>
    public static ModelPackage Write(string folder, int seed)
    {
        var (config, weights) = RandomModels.Files(seed);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), config);
        File.WriteAllBytes(Path.Combine(folder, "weights.safetensors"), weights);
        return ModelPackage.Load(config, new MemoryStream(weights));
    }
}
