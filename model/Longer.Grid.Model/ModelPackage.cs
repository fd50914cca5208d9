using System.Security.Cryptography;

namespace Longer.Grid.Model;

/// <summary>A model as it is exchanged: its config, its weights and the version that names both (MODEL.md section 10).</summary>
/// <param name="Config">The shape.</param>
/// <param name="Weights">The weights, checked against it.</param>
/// <param name="Version">Lower-case hex SHA-256 over the hashes of both files' bytes.</param>
public sealed record ModelPackage(LongerConfig Config, ModelWeights Weights, string Version)
{
    /// <summary>The file beside a model's two that says how good it is; not part of its version.</summary>
    public const string MetricsFileName = "metrics.json";

    /// <summary>Reads a model folder.</summary>
    /// <exception cref="ModelFormatException">A file is missing or breaks the contract.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ModelPackage Load(string folder)
    {
        var config = ReadFile(folder, LongerConfigJson.FileName, static stream =>
        {
            using var buffer = new MemoryStream();
            stream.CopyTo(buffer);
            return buffer.ToArray();
        });
        return ReadFile(folder, SafetensorsFile.FileName, stream => Load(config, stream));
    }

    /// <summary>Reads a model from its two files' bytes.</summary>
    /// <param name="configJson">All of <c>config.json</c>.</param>
    /// <param name="weights">All of <c>weights.safetensors</c>; it need not seek.</param>
    /// <exception cref="ModelFormatException">A file breaks the contract.</exception>
    public static ModelPackage Load(byte[] configJson, Stream weights)
    {
        var config = LongerConfigJson.Parse(configJson);
        using var sha = SHA256.Create();
        using var hashed = new CryptoStream(weights, sha, CryptoStreamMode.Read, leaveOpen: true);
        var read = SafetensorsFile.Read(hashed, config, SafetensorsFile.LengthOf(weights));
        return new(config, read, VersionOf(SHA256.HashData(configJson), sha.Hash!));
    }

    /// <summary>Writes <c>config.json</c> and <c>weights.safetensors</c> into a folder, which is made where it is missing.</summary>
    /// <returns>The version of what was written.</returns>
    public static string Save(string folder, LongerConfig config, ModelWeights weights, WeightType type = WeightType.F32)
    {
        Directory.CreateDirectory(folder);
        var json = LongerConfigJson.Write(config);
        File.WriteAllBytes(Path.Combine(folder, LongerConfigJson.FileName), json);
        using var file = File.Create(Path.Combine(folder, SafetensorsFile.FileName));
        SafetensorsFile.Write(file, weights, type);
        file.Position = 0;
        return VersionOf(SHA256.HashData(json), SHA256.HashData(file));
    }

    /// <summary>A model that has not been written yet, with the version that its float32 files will have.</summary>
    public static ModelPackage Of(LongerConfig config, ModelWeights weights)
    {
        using var sha = SHA256.Create();
        using (var hashed = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write))
        {
            SafetensorsFile.Write(hashed, weights);
        }

        return new(config, weights, VersionOf(SHA256.HashData(LongerConfigJson.Write(config)), sha.Hash!));
    }

    /// <summary>The version that two files' hashes make.</summary>
    /// <param name="configSha256">SHA-256 of <c>config.json</c>, 32 bytes.</param>
    /// <param name="weightsSha256">SHA-256 of <c>weights.safetensors</c>, 32 bytes.</param>
    public static string VersionOf(ReadOnlySpan<byte> configSha256, ReadOnlySpan<byte> weightsSha256) =>
        Convert.ToHexStringLower(SHA256.HashData([.. configSha256, .. weightsSha256]));

    private static T ReadFile<T>(string folder, string name, Func<Stream, T> read)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw new ModelFormatException(name, [$"there is no such file in {folder}"]);
        }

        using var stream = File.OpenRead(path);
        return read(stream);
    }
}
