using System.IO.Hashing;
using System.Runtime.InteropServices;
using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Writes checkpoints (<see cref="CheckpointFormat"/>).</summary>
internal static class CheckpointWriter
{
    /// <summary>Writes one.</summary>
    public static void Write(Stream stream, LongerConfig config, ModelWeights weights, AdamW optimizer)
    {
        var hash = new XxHash64();
        using (var hashed = new HashedStream(stream, hash))
        using (var writer = new BinaryWriter(hashed))
        {
            writer.Write(CheckpointFormat.Magic);
            var json = LongerConfigJson.Write(config);
            writer.Write(json.Length);
            writer.Write(json);
            foreach (var spec in weights.Specs)
            {
                writer.Write(MemoryMarshal.AsBytes(weights[spec.Name].AsSpan()));
            }

            optimizer.Write(writer);
        }

        stream.Write(hash.GetCurrentHash());
    }
}
