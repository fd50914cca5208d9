using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A safetensors file taken apart without the code that serves, and put together again, right or wrong.</summary>
internal sealed class WeightsFile
{
    private readonly List<(string Name, string Type, long[] Shape, byte[] Data)> _tensors = [];

    /// <summary>Changes a file.</summary>
    public static void Change(string path, Action<WeightsFile> change)
    {
        var file = new WeightsFile(File.ReadAllBytes(path));
        change(file);
        File.WriteAllBytes(path, file.ToBytes());
    }

    private WeightsFile(byte[] bytes)
    {
        var begin = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        foreach (var (name, entry) in JsonNode.Parse(bytes.AsSpan(8, begin - 8))!.AsObject())
        {
            var offsets = entry!["data_offsets"]!.AsArray();
            long[] shape = [.. entry["shape"]!.AsArray().Select(extent => (long)extent!)];
            _tensors.Add((name, (string)entry["dtype"]!, shape, bytes[(begin + (int)offsets[0]!)..(begin + (int)offsets[1]!)]));
        }
    }

    /// <summary>Leaves a tensor out.</summary>
    public void Remove(string name) => _tensors.RemoveAll(tensor => tensor.Name == name);

    /// <summary>Adds a tensor of one number.</summary>
    public void Add(string name) => _tensors.Add((name, "F32", [1], new byte[4]));

    /// <summary>Says other things of the same bytes.</summary>
    public void Retell(string name, string? type = null, long[]? shape = null)
    {
        var at = _tensors.FindIndex(tensor => tensor.Name == name);
        _tensors[at] = _tensors[at] with { Type = type ?? _tensors[at].Type, Shape = shape ?? _tensors[at].Shape };
    }

    /// <summary>Overwrites one number.</summary>
    public void Set(string name, int element, float value) =>
        BinaryPrimitives.WriteSingleLittleEndian(_tensors.Single(tensor => tensor.Name == name).Data.AsSpan(4 * element), value);

    private byte[] ToBytes()
    {
        var (header, end) = (new JsonObject(), 0L);
        foreach (var (name, type, shape, data) in _tensors)
        {
            header[name] = new JsonObject { ["dtype"] = type, ["shape"] = new JsonArray([.. shape.Select(e => (JsonNode)e)]), ["data_offsets"] = new JsonArray(end, end += data.Length) };
        }

        var json = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. _tensors.SelectMany(tensor => tensor.Data)];
    }
}
