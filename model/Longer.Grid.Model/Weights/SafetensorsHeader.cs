using System.Buffers.Binary;
using System.Text.Json;

namespace Longer.Grid.Model;

/// <summary>One tensor as the header of a safetensors file describes it.</summary>
internal sealed record SafetensorsEntry(string Name, WeightType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    public long Elements => (End - Begin) / (Type == WeightType.F32 ? 4 : 2);
}

/// <summary>The header of a safetensors file, whose tensors lie end to end without holes.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> InFileOrder, long Bytes)
{
    public long TensorBytes => InFileOrder.Count == 0 ? 0 : InFileOrder[^1].End;

    public static SafetensorsHeader Read(Stream stream, int longest)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw Malformed("it is shorter than the eight bytes of a safetensors header length");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 || length > (ulong)longest)
        {
            throw Malformed($"its header length is {length}; accepted is 2 to {longest}");
        }

        var json = new byte[length];
        if (stream.ReadAtLeast(json, json.Length, throwOnEndOfStream: false) < json.Length)
        {
            throw Malformed("it ends inside its header");
        }

        using var document = StrictJson.Parse(json, maxDepth: 4, SafetensorsFile.FileName, "its header");
        return Read(document.RootElement, bytes: prefix.Length + json.Length);
    }

    private static SafetensorsHeader Read(JsonElement root, long bytes)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Malformed("its header is not a JSON object");
        }

        var problems = new List<string>();
        var entries = new List<SafetensorsEntry>();
        foreach (var property in root.EnumerateObject().Where(p => p.Name != "__metadata__"))
        {
            if (ReadEntry(property.Name, property.Value, problems) is { } entry)
            {
                entries.Add(entry);
            }
        }

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var end = 0L;
        foreach (var entry in entries)
        {
            if (problems.Count == 0 && entry.Begin != end)
            {
                problems.Add($"{entry.Name} begins at byte {entry.Begin}; expected is {end}, where the tensor before it ends");
            }

            end = entry.End;
        }

        return problems.Count == 0 ? new(entries, bytes) : throw new ModelFormatException(SafetensorsFile.FileName, problems);
    }

    private static SafetensorsEntry? ReadEntry(string name, JsonElement value, List<string> problems)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !TryNumbers(value, "shape", out var shape)
            || !TryNumbers(value, "data_offsets", out var offsets) || offsets.Count != 2)
        {
            problems.Add($"{name} has no proper header entry; expected are dtype, shape and two data_offsets");
            return null;
        }

        WeightType? type = dtype.GetRawText() switch { "\"F32\"" => WeightType.F32, "\"F16\"" => WeightType.F16, "\"BF16\"" => WeightType.BF16, _ => null };
        if (type is null)
        {
            problems.Add($"{name} has the dtype {dtype.GetRawText()}; accepted are F32, F16 and BF16");
            return null;
        }

        var bytes = shape.Aggregate((UInt128)(type == WeightType.F32 ? 4u : 2u), (product, extent) => product * (ulong)Math.Min(extent, int.MaxValue));
        if (shape.Count > 8 || bytes != (UInt128)(ulong)(offsets[1] - offsets[0]) || offsets[1] < offsets[0])
        {
            problems.Add($"{name} of shape {TensorSpec.Show(shape)} has the data_offsets {TensorSpec.Show(offsets)}; expected are {bytes} bytes");
            return null;
        }

        return new(name, type.Value, shape, offsets[0], offsets[1]);
    }

    private static bool TryNumbers(JsonElement entry, string property, out List<long> numbers)
    {
        numbers = [];
        if (!entry.TryGetProperty(property, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var number) || number < 0)
            {
                return false;
            }

            numbers.Add(number);
        }

        return true;
    }

    private static ModelFormatException Malformed(string problem) => new(SafetensorsFile.FileName, [problem]);
}
