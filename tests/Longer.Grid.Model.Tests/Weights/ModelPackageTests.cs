using System.Globalization;
using System.Security.Cryptography;
using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

public sealed class ModelPackageTests
{
    // MODEL.md section 10: SHA-256 of the 64 bytes of both files' SHA-256, as lower-case hex.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_version_is_the_hash_of_both_files_hashes(int seed)
    {
        var (config, weights) = RandomModels.Files(seed);

        var model = ModelPackage.Load(config, new MemoryStream(weights));

        Assert.Equal(Version(config, weights), model.Version);
        using var pieces = new OneByteStream(weights);
        Assert.Equal(model.Version, ModelPackage.Load(config, pieces).Version);
    }

    // Of the bytes, not of what they mean: a blank more is another version of the same model.
    [Fact]
    public void Other_bytes_are_another_version()
    {
        var (config, weights) = RandomModels.Files(1);
        byte[] spaced = [.. config, (byte)' '];

        var model = ModelPackage.Load(spaced, new MemoryStream(weights));

        Assert.Equal(Version(spaced, weights), model.Version);
        Assert.NotEqual(Version(config, weights), model.Version);
    }

    [Theory]
    [InlineData(WeightType.F32)]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void A_saved_model_is_loaded_with_the_version_that_saving_gave(WeightType type)
    {
        var model = RandomModels.Of(4);
        var folder = Directory.CreateTempSubdirectory("longer-model-").FullName;
        try
        {
            var path = Path.Combine(folder, "made", "on", "saving");
            var version = ModelPackage.Save(path, model.Config, model.Weights, type);

            // Metrics lie beside a model and are not part of its version.
            File.WriteAllText(Path.Combine(path, ModelPackage.MetricsFileName), "{}");
            var loaded = ModelPackage.Load(path);

            Assert.Equal(version, loaded.Version);
            Assert.Equal(Version(File.ReadAllBytes(Path.Combine(path, "config.json")), File.ReadAllBytes(Path.Combine(path, "weights.safetensors"))), version);
            Assert.All(model.Weights.Specs, spec => Assert.Equal(model.Weights[spec.Name].Length, loaded.Weights[spec.Name].Length));
            Assert.Equal(LongerConfigJson.Write(model.Config), LongerConfigJson.Write(loaded.Config));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("weights.safetensors")]
    public void A_folder_that_lacks_a_file_is_refused_by_its_name(string missing)
    {
        var model = RandomModels.Of(4);
        var folder = Directory.CreateTempSubdirectory("longer-model-").FullName;
        try
        {
            ModelPackage.Save(folder, model.Config, model.Weights);
            File.Delete(Path.Combine(folder, missing));

            var e = Assert.Throws<ModelFormatException>(() => ModelPackage.Load(folder));

            Assert.Equal(missing, e.File);
            Assert.Equal([$"there is no such file in {folder}"], e.Problems);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Weights_of_another_config_are_refused()
    {
        var (config, _) = RandomModels.Files(1);
        var (_, weights) = RandomModels.Files(2);

        Assert.Equal("weights.safetensors", Assert.Throws<ModelFormatException>(() => ModelPackage.Load(config, new MemoryStream(weights))).File);
    }

    // Written out step by step, with nothing of the code under test.
    private static string Version(byte[] config, byte[] weights)
    {
        var both = new byte[64];
        SHA256.HashData(config).CopyTo(both, 0);
        SHA256.HashData(weights).CopyTo(both, 32);
        return string.Concat(SHA256.HashData(both).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }
}
