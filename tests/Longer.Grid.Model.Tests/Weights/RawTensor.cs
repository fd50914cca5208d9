using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Longer.Grid.Model.Tests;

/// <summary>A tensor as some other writer of safetensors files might put it.</summary>
internal sealed record RawTensor(string Name, string Dtype, IReadOnlyList<long> Shape, byte[] Data)
{
    public static RawTensor Of(TensorSpec spec, Func<int, float> value) =>
        new(spec.Name, "F32", [.. spec.Shape.Select(e => (long)e)], [.. Enumerable.Range(0, (int)spec.Elements).SelectMany(i => BitConverter.GetBytes(value(i)))]);

    /// <summary>A whole file, tensors end to end in the order given.</summary>
    /// <param name="tensors">Data order.</param>
    /// <param name="edit">Changes the header before it is written.</param>
    public static byte[] File(IReadOnlyList<RawTensor> tensors, Action<JsonObject>? edit = null)
    {
        var header = new JsonObject();
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            var shape = new JsonArray([.. tensor.Shape.Select(e => (JsonNode)JsonValue.Create(e))]);
            header.Add(tensor.Name, new JsonObject
            {
                ["dtype"] = tensor.Dtype,
                ["shape"] = shape,
                ["data_offsets"] = new JsonArray(offset, offset + tensor.Data.Length),
            });
            offset += tensor.Data.Length;
        }

        edit?.Invoke(header);
        return File(header.ToJsonString(), [.. tensors.SelectMany(t => t.Data)]);
    }

    /// <summary>A file of any header and any data.</summary>
    public static byte[] File(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }
}
