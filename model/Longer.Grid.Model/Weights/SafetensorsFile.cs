using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Longer.Grid.Model;

/// <summary>
/// Reads and writes <c>weights.safetensors</c>: eight bytes of header length, a JSON header, then the tensors' bytes, all little-endian.
/// </summary>
public static class SafetensorsFile
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "weights.safetensors";

    private const int LongestHeader = 16 << 20;
    private const int ReadChunk = 1 << 24;
    private const int WriteChunk = 1 << 16;

    /// <summary>Reads the weights of a config, checking all of MODEL.md section 10.</summary>
    /// <param name="stream">Read from its position to its end; it need not seek.</param>
    /// <param name="config">The config that they must fit.</param>
    /// <exception cref="ModelFormatException">The file is malformed, or a tensor is missing, extra, wrongly shaped or not finite: all are named.</exception>
    public static ModelWeights Read(Stream stream, LongerConfig config) => Read(stream, config, LengthOf(stream));

    /// <summary>Bytes from a stream's position to its end, null where only reading tells.</summary>
    internal static long? LengthOf(Stream stream) => stream.CanSeek ? stream.Length - stream.Position : null;

    /// <param name="stream">As above.</param>
    /// <param name="config">As above.</param>
    /// <param name="length">Bytes of the file if known, so that a header cannot ask for memory that the file does not fill.</param>
    internal static ModelWeights Read(Stream stream, LongerConfig config, long? length)
    {
        var header = SafetensorsHeader.Read(stream, LongestHeader);
        var problems = new List<string>();
        var specs = TensorCatalog.Of(config).ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var entry in header.InFileOrder)
        {
            if (!specs.TryGetValue(entry.Name, out var spec))
            {
                problems.Add($"{entry.Name} is not a tensor of this config; its shape is {TensorSpec.Show(entry.Shape)}");
            }
            else if (!entry.Shape.SequenceEqual(spec.Shape.Select(e => (long)e)))
            {
                problems.Add($"{entry.Name} has the shape {TensorSpec.Show(entry.Shape)}; expected is {ModelWeights.Show(spec)}");
            }
            else if (entry.Elements > Array.MaxLength)
            {
                problems.Add($"{entry.Name} of shape {ModelWeights.Show(spec)} has {entry.Elements} elements; accepted are at most {Array.MaxLength}");
            }
        }

        var found = header.InFileOrder.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(specs.Values.Where(s => !found.Contains(s.Name)).Select(ModelWeights.Missing));
        if (problems.Count > 0)
        {
            throw new ModelFormatException(FileName, problems);
        }

        if (length is { } known && known - header.Bytes < header.TensorBytes)
        {
            throw new ModelFormatException(FileName, [$"the file ends {header.TensorBytes - (known - header.Bytes)} bytes before its last tensor does"]);
        }

        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var entry in header.InFileOrder)
        {
            tensors.Add(entry.Name, ReadTensor(stream, entry));
        }

        if (stream.ReadByte() >= 0)
        {
            throw new ModelFormatException(FileName, ["there are bytes after the last tensor"]);
        }

        return new ModelWeights(config, tensors);
    }

    /// <summary>Writes all tensors in the order of MODEL.md section 10, without padding.</summary>
    public static void Write(Stream stream, ModelWeights weights, WeightType type = WeightType.F32)
    {
        var (name, size) = type switch
        {
            WeightType.F32 => ("F32", 4),
            WeightType.F16 => ("F16", 2),
            WeightType.BF16 => ("BF16", 2),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
        };
        var header = new Dictionary<string, object>(StringComparer.Ordinal);
        var offset = 0L;
        foreach (var spec in weights.Specs)
        {
            var end = offset + (spec.Elements * size);
            header.Add(spec.Name, new { dtype = name, shape = spec.Shape, data_offsets = new[] { offset, end } });
            offset = end;
        }

        // Padded with spaces to a multiple of eight, so that tensors are aligned in a mapped file.
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var padded = (json.Length + 7) / 8 * 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded);
        stream.Write(length);
        stream.Write(json);
        stream.Write("       "u8[..(padded - json.Length)]);

        foreach (var spec in weights.Specs)
        {
            WriteTensor(stream, weights[spec.Name], type);
        }
    }

    private static float[] ReadTensor(Stream stream, SafetensorsEntry entry)
    {
        // Pinned: an inference session may read the array in place.
        var data = GC.AllocateUninitializedArray<float>((int)entry.Elements, pinned: true);
        if (entry.Type == WeightType.F32)
        {
            // A span of bytes ends at 2 GiB; a table need not.
            for (var at = 0; at < data.Length; at += ReadChunk)
            {
                Fill(stream, MemoryMarshal.AsBytes(data.AsSpan(at, Math.Min(ReadChunk, data.Length - at))), entry.Name);
            }

            return data;
        }

        var raw = new ushort[Math.Min(WriteChunk, data.Length)];
        for (var at = 0; at < data.Length; at += raw.Length)
        {
            var count = Math.Min(raw.Length, data.Length - at);
            Fill(stream, MemoryMarshal.AsBytes(raw.AsSpan(0, count)), entry.Name);
            if (entry.Type == WeightType.F16)
            {
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(raw.AsSpan(0, count)), data.AsSpan(at, count));
            }
            else
            {
                for (var i = 0; i < count; i++)
                {
                    data[at + i] = BitConverter.UInt32BitsToSingle((uint)raw[i] << 16);
                }
            }
        }

        return data;
    }

    private static void Fill(Stream stream, Span<byte> bytes, string tensor)
    {
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
        {
            throw new ModelFormatException(FileName, [$"the file ends inside {tensor}, {bytes.Length - read} bytes short"]);
        }
    }

    private static void WriteTensor(Stream stream, ReadOnlySpan<float> data, WeightType type)
    {
        if (type == WeightType.F32)
        {
            for (var at = 0; at < data.Length; at += ReadChunk)
            {
                stream.Write(MemoryMarshal.AsBytes(data.Slice(at, Math.Min(ReadChunk, data.Length - at))));
            }

            return;
        }

        var raw = new ushort[Math.Min(WriteChunk, data.Length)];
        for (var at = 0; at < data.Length; at += raw.Length)
        {
            var part = data.Slice(at, Math.Min(raw.Length, data.Length - at));
            for (var i = 0; i < part.Length; i++)
            {
                raw[i] = type == WeightType.F16 ? BitConverter.HalfToUInt16Bits((Half)part[i]) : RoundToBFloat16(part[i]);
            }

            stream.Write(MemoryMarshal.AsBytes(raw.AsSpan(0, part.Length)));
        }
    }

    /// <summary>To nearest, ties to even; weights are finite, so the carry cannot turn a NaN into a number.</summary>
    private static ushort RoundToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
