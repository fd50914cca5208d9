using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Model folders with random weights.</summary>
internal static class ModelFiles
{
    /// <summary>Writes a random model's two files.</summary>
    /// <param name="folder">Made where it is not there.</param>
    /// <param name="seed">Which model.</param>
    /// <param name="shape">Its shape; any without one.</param>
    /// <returns>The same model.</returns>
    public static ModelPackage Write(string folder, int seed, LongerConfig? shape = null) => Write(folder, shape is null ? RandomModels.Files(seed) : RandomModels.Files(seed, shape));

    /// <summary>Writes a model's two files.</summary>
    /// <returns>The same model.</returns>
    public static ModelPackage Write(string folder, (byte[] Config, byte[] Weights) files)
    {
        var (config, weights) = files;
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), config);
        File.WriteAllBytes(Path.Combine(folder, "weights.safetensors"), weights);
        return ModelPackage.Load(config, new MemoryStream(weights));
    }
}
