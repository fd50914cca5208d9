using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

public sealed class ModelWeightsTests
{
    private static readonly LongerConfig Config = RandomModels.Config(new Random(1));

    private static Dictionary<string, float[]> Tensors => TensorCatalog.Of(Config).ToDictionary(s => s.Name, s => new float[s.Elements]);

    [Fact]
    public void Tensors_made_in_memory_are_held_to_the_config()
    {
        var tensors = Tensors;
        tensors.Remove("final_norm.bias");
        tensors["final_norm.weight"] = new float[Config.ModelDim + 1];
        tensors["head.out.bias"][0] = float.NaN;
        tensors["lora.weight"] = [];

        var e = Assert.Throws<ModelFormatException>(() => new ModelWeights(Config, tensors));

        Assert.Equal(
            [
                $"final_norm.weight has {Config.ModelDim + 1} elements; expected is the shape [{Config.ModelDim}]",
                $"final_norm.bias is missing; expected is the shape [{Config.ModelDim}]",
                $"head.out.bias of shape [{Config.Tasks.Count}] holds NaN at element 0; expected are finite numbers",
                "lora.weight is not a tensor of this config",
            ],
            e.Problems);
    }

    // MODEL.md section 10, for the sample: tables first, every linear and norm with its bias, no tensor twice.
    [Fact]
    public void The_catalogue_of_the_sample_is_the_contracts_list()
    {
        var specs = TensorCatalog.Of(SampleConfig.Parse(SampleConfig.Text)).ToDictionary(s => s.Name, s => TensorSpec.Show(s.Shape.Select(e => (long)e)));

        var expected = new Dictionary<string, string>
        {
            ["item.weight"] = "[200000, 32]",
            ["side.artist.weight"] = "[50000, 16]",
            ["action.weight"] = "[4, 8]",
            ["gap.weight"] = "[64, 8]",
            ["user.weight"] = "[50000, 128]",
            ["profile.country.weight"] = "[300, 128]",
            ["cls.weight"] = "[1, 128]",
            ["cross.item_count.weight"] = "[64, 8]",
            ["cross.item_age.weight"] = "[64, 8]",
            ["cross.artist_count.weight"] = "[64, 8]",
            ["cross.artist_age.weight"] = "[64, 8]",
            ["event.in.weight"] = "[64, 64]",
            ["event.in.bias"] = "[64]",
            ["event.out.weight"] = "[32, 64]",
            ["event.out.bias"] = "[32]",
            ["candidate.in.weight"] = "[128, 80]",
            ["candidate.in.bias"] = "[128]",
            ["candidate.out.weight"] = "[128, 128]",
            ["candidate.out.bias"] = "[128]",
            ["inner.position.weight"] = "[4, 32]",
            ["final_norm.weight"] = "[128]",
            ["final_norm.bias"] = "[128]",
            ["head.in.weight"] = "[128, 384]",
            ["head.in.bias"] = "[128]",
            ["head.out.weight"] = "[1, 128]",
            ["head.out.bias"] = "[1]",
        };
        foreach (var (block, width) in new[] { ("inner.0", 32), ("layers.0", 128), ("layers.1", 128), ("layers.2", 128) })
        {
            foreach (var norm in new[] { "norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias" })
            {
                expected.Add($"{block}.{norm}", $"[{width}]");
            }

            foreach (var projection in new[] { "q", "k", "v", "o" })
            {
                expected.Add($"{block}.attention.{projection}.weight", $"[{width}, {width}]");
                expected.Add($"{block}.attention.{projection}.bias", $"[{width}]");
            }

            expected.Add($"{block}.ffn.in.weight", $"[{4 * width}, {width}]");
            expected.Add($"{block}.ffn.in.bias", $"[{4 * width}]");
            expected.Add($"{block}.ffn.out.weight", $"[{width}, {4 * width}]");
            expected.Add($"{block}.ffn.out.bias", $"[{width}]");
            if (block != "inner.0")
            {
                expected.Add($"{block}.position_bias.weight", "[64, 4]");
                expected.Add($"{block}.time_bias.weight", "[64, 4]");
            }
        }

        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), specs.OrderBy(e => e.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("cls_tokens", "0", "cls.")]
    [InlineData("inner_layers", "0", "inner.0.")]
    [InlineData("sides", "[]", "artist")]
    [InlineData("profile", "[]", "profile.")]
    public void What_a_config_does_without_has_no_tensor(string path, string json, string part)
    {
        var specs = TensorCatalog.Of(SampleConfig.Parse(SampleConfig.With(path, json)));

        Assert.DoesNotContain(specs, spec => spec.Name.Contains(part, StringComparison.Ordinal));
        Assert.Contains(specs, spec => spec.Name == "inner.position.weight");
    }
}
