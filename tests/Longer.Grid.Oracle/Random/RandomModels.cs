using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>Small models of every shape, drawn from a seed.</summary>
/// <remarks>
/// Weights are strong enough that each tensor and each bucket shows in the logits, and weak enough that logits stay within a few units, so
/// that float32 and double agree to 1e-4. Ids draw from few rows, so that rows are shared.
/// </remarks>
public static class RandomModels
{
    private const float FarBias = 8;

    private static readonly string[] Sides = ["artist", "tag_2"];
    private static readonly string[] Profile = ["country", "age"];
    private static readonly string[] Actions = ["play", "skip", "like"];
    private static readonly string[] Tasks = ["like", "convert", "follow"];

    /// <summary>A model; the same one for the same seed.</summary>
    public static ModelPackage Of(int seed)
    {
        var (configJson, weights) = Files(seed);
        return ModelPackage.Load(configJson, new MemoryStream(weights));
    }

    /// <summary>A model of a given shape.</summary>
    public static ModelPackage Of(int seed, LongerConfig config)
    {
        var (configJson, weights) = Files(seed, config);
        return ModelPackage.Load(configJson, new MemoryStream(weights));
    }

    /// <summary>The files of a model of a given shape.</summary>
    public static (byte[] ConfigJson, byte[] Weights) Files(int seed, LongerConfig config) => Files(config, Weights(new Random(seed), config));

    /// <summary>
    /// A model whose readers look at the far end of their windows, in every layer: what is one group too short there shows, where through several
    /// layers of evenly spread attention the oldest group fades below what parity sees.
    /// </summary>
    public static ModelPackage FarSighted(int seed)
    {
        var (configJson, weights) = FarSightedFiles(Of(seed));
        return ModelPackage.Load(configJson, new MemoryStream(weights));
    }

    /// <summary>The files of <see cref="FarSighted"/> of a model.</summary>
    public static (byte[] ConfigJson, byte[] Weights) FarSightedFiles(ModelPackage model) =>
        Files(model.Config, new ModelWeights(model.Config, model.Weights.Specs.ToDictionary(spec => spec.Name, spec =>
        {
            var data = model.Weights[spec.Name].ToArray();
            if (spec.Name.EndsWith(".position_bias.weight", StringComparison.Ordinal))
            {
                // A group reads its oldest at a distance of the window less one, a global at the window's.
                var window = spec.Name.StartsWith("layers.0.", StringComparison.Ordinal) ? model.Config.VisibleGroups : model.Config.RecentGroups;
                foreach (var bucket in new[] { OracleBuckets.Of(window - 1), OracleBuckets.Of(window) }.Distinct())
                {
                    data.AsSpan(bucket * model.Config.Heads, model.Config.Heads).Fill(FarBias);
                }
            }

            return data;
        })));

    /// <summary>The files of a model that says the same but for one thing: each of its logits is larger by so much.</summary>
    public static (byte[] ConfigJson, byte[] Weights) ShiftedFiles(ModelPackage model, float shift) =>
        Files(model.Config, new ModelWeights(model.Config, model.Weights.Specs.ToDictionary(spec => spec.Name, spec =>
        {
            var data = model.Weights[spec.Name].ToArray();
            return spec.Name == "head.out.bias" ? Array.ConvertAll(data, bias => bias + shift) : data;
        })));

    /// <summary>A model's two files' bytes, as they would be published.</summary>
    public static (byte[] ConfigJson, byte[] Weights) Files(int seed)
    {
        var random = new Random(seed);
        var config = Config(random);
        return Files(config, Weights(random, config));
    }

    /// <summary>A config of at most 64 visible events and 64 wide.</summary>
    public static LongerConfig Config(Random random)
    {
        var groupSize = Pick(random, 1, 2, 4, 8);
        var eventDim = Pick(random, 4, 6, 8);
        var maxEvents = random.Next(8, 65);
        var visibleGroups = (maxEvents + groupSize - 1) / groupSize;
        var config = new LongerConfig
        {
            MaxEvents = maxEvents,
            EventDim = eventDim,
            GroupSize = groupSize,
            InnerLayers = Pick(random, 0, 1, 1, 2),
            InnerHeads = Pick(random, 1, 2),
            Heads = Pick(random, 1, 2, eventDim),
            SelfLayers = random.Next(1, 4),
            RecentGroups = random.Next(1, visibleGroups + 1),
            ClsTokens = random.Next(0, 3),
            Item = new FeatureTable("item", random.Next(30, 200), random.Next(2, 9)),
            UserRows = random.Next(2, 20),
            Sides = [.. Sides.Take(random.Next(0, 3)).Select(n => new FeatureTable(n, random.Next(2, 30), random.Next(1, 6)))],
            Profile = [.. Profile.Take(random.Next(0, 3)).Select(n => new FeatureTable(n, random.Next(2, 10), groupSize * eventDim))],
            Actions = [.. Actions.Take(random.Next(0, 4))],
            ActionDim = random.Next(1, 5),
            GapDim = random.Next(1, 5),
            CrossDim = random.Next(1, 5),
            Tasks = [.. Tasks.Take(random.Next(1, 4))],
        };

        // The reader holds it to every rule of the contract.
        return LongerConfigJson.Parse(LongerConfigJson.Write(config));
    }

    /// <summary>Weights of a config.</summary>
    public static ModelWeights Weights(Random random, LongerConfig config) =>
        new(config, TensorCatalog.Of(config).ToDictionary(spec => spec.Name, spec => Tensor(random, spec)));

    private static (byte[] ConfigJson, byte[] Weights) Files(LongerConfig config, ModelWeights weights)
    {
        using var file = new MemoryStream();
        SafetensorsFile.Write(file, weights);
        return (LongerConfigJson.Write(config), file.ToArray());
    }

    private static float[] Tensor(Random random, TensorSpec spec)
    {
        var name = spec.Name;
        var isNorm = name.Contains("norm", StringComparison.Ordinal);
        var isTable = name.EndsWith(".weight", StringComparison.Ordinal) && !name.Contains(".in.", StringComparison.Ordinal)
            && !name.Contains(".out.", StringComparison.Ordinal) && !name.Contains("attention", StringComparison.Ordinal);
        var (mean, deviation) = spec.Shape.Count == 1
            ? (isNorm && name.EndsWith(".weight", StringComparison.Ordinal) ? 1.0 : 0.0, 0.3)
            : (0.0, isTable ? 1.0 : 1.3 / Math.Sqrt(spec.Shape[1]));
        return [.. Enumerable.Range(0, (int)spec.Elements).Select(_ => (float)(mean + (deviation * Normal(random))))];
    }

    // Box and Muller's.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int Pick(Random random, params ReadOnlySpan<int> choices) => choices[random.Next(choices.Length)];
}
