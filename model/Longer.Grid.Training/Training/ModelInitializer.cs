using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Weights to start from.</summary>
public static class ModelInitializer
{
    private const double TableDeviation = 0.1;

    /// <summary>Random weights: linear layers by Xavier, tables small, biases none, norms neutral. The same seed gives the same weights.</summary>
    public static ModelWeights Random(LongerConfig config, int seed) => new(config, Random(TensorCatalog.Of(config), seed));

    /// <summary>The same for any parameters.</summary>
    internal static Dictionary<string, float[]> Random(IReadOnlyList<TensorSpec> specs, int seed)
    {
        var random = new Random(seed);
        return specs.ToDictionary(s => s.Name, s => Tensor(s, random), StringComparer.Ordinal);
    }

    private static float[] Tensor(TensorSpec spec, Random random)
    {
        var data = new float[spec.Elements];
        if (spec.Name.Contains("norm", StringComparison.Ordinal) && spec.Name.EndsWith(".weight", StringComparison.Ordinal))
        {
            Array.Fill(data, 1);
        }
        else if (!spec.Name.EndsWith(".bias", StringComparison.Ordinal) && !spec.Name.EndsWith("_bias.weight", StringComparison.Ordinal))
        {
            var deviation = AdamW.IsLinear(spec.Name) ? Math.Sqrt(2.0 / (spec.Shape[0] + spec.Shape[1])) : TableDeviation;
            for (var i = 0; i < data.Length; i++)
            {
                // Box-Muller; 1 - u is never 0.
                data[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            }
        }

        return data;
    }
}
