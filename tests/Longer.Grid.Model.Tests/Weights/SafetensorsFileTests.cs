using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>Every rule of MODEL.md section 10 that is about <c>weights.safetensors</c>.</summary>
public sealed class SafetensorsFileTests
{
    // Small enough that a thousand damaged files are read in a second; side, profile and CLS tables are there.
    private static readonly LongerConfig Config = SampleConfig.Parse(
        """
        {
          "model_type": "longer", "format": 1, "max_events": 8, "event_dim": 2, "group_size": 2, "inner_layers": 1, "inner_heads": 1,
          "heads": 2, "self_layers": 1, "recent_groups": 2, "cls_tokens": 1,
          "item": { "rows": 5, "dim": 3 }, "user": { "rows": 3 },
          "sides": [ { "name": "artist", "rows": 4, "dim": 2 } ], "profile": [ { "name": "country", "rows": 2 } ],
          "actions": [ "play" ], "action_dim": 1, "gap_dim": 1, "cross_dim": 1, "tasks": [ "like" ]
        }
        """);

    private static readonly IReadOnlyList<TensorSpec> Specs = TensorCatalog.Of(Config);

    private static List<RawTensor> Tensors => [.. Specs.Select(spec => RawTensor.Of(spec, i => i - 1.5f))];

    [Theory]
    [InlineData(WeightType.F32, 4)]
    [InlineData(WeightType.F16, 2)]
    [InlineData(WeightType.BF16, 2)]
    public void Weights_are_read_back_as_near_as_their_type_holds_them(WeightType type, int bytes)
    {
        var weights = RandomModels.Weights(new Random(3), Config);
        using var file = new MemoryStream();
        SafetensorsFile.Write(file, weights, type);
        file.Position = 0;

        var read = SafetensorsFile.Read(file, Config);

        Assert.Equal(file.Length, file.Position);
        Assert.Equal(Specs.Select(s => s.Name), read.Specs.Select(s => s.Name));
        foreach (var spec in Specs)
        {
            Assert.Equal(weights[spec.Name].Select(value => Rounded(value, type)), read[spec.Name]);
        }

        // Eight bytes, a header padded so that tensors are aligned, and no byte more than the tensors take.
        var header = (long)BinaryPrimitives.ReadUInt64LittleEndian(file.ToArray());
        Assert.Equal(0, header % 8);
        Assert.Equal(8 + header + (Specs.Sum(s => s.Elements) * bytes), file.Length);
    }

    // Each value's neighbours in BF16 are 1/128 apart: below, at and above the middle, to even on a tie.
    [Theory]
    [InlineData(1.0f, 1.0f)]
    [InlineData(1.00390625f, 1.0f)]
    [InlineData(1.0039065f, 1.0078125f)]
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(-1.00390625f, -1.0f)]
    [InlineData(-0.0f, -0.0f)]
    [InlineData(1e-40f, 1.000034e-40f)]
    public void BF16_is_rounded_to_nearest_ties_to_even(float value, float stored)
    {
        var tensors = Specs.ToDictionary(s => s.Name, s => Enumerable.Repeat(value, (int)s.Elements).ToArray());
        using var file = new MemoryStream();
        SafetensorsFile.Write(file, new ModelWeights(Config, tensors), WeightType.BF16);
        file.Position = 0;

        var read = SafetensorsFile.Read(file, Config)["item.weight"][0];

        Assert.Equal(BitConverter.SingleToInt32Bits(stored) >> 16, BitConverter.SingleToInt32Bits(read) >> 16);
        Assert.Equal(0, BitConverter.SingleToInt32Bits(read) & 0xFFFF);
    }

    // What other writers do: names sorted, data in an order of its own, types mixed, metadata, entries in any order.
    [Fact]
    public void Another_writers_order_types_and_metadata_are_read()
    {
        var mixed = Tensors.Select((t, i) => (i % 3) switch { 0 => t, 1 => Narrow(t, "F16"), _ => Narrow(t, "BF16") }).ToArray();
        new Random(5).Shuffle(mixed);
        var bytes = RawTensor.File(mixed, header =>
        {
            var sorted = header.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
            header.Clear();
            header.Add("__metadata__", new JsonObject { ["format"] = "pt", ["item.weight"] = "not this" });
            sorted.ForEach(entry => header.Add(entry.Key, entry.Value));
        });

        var read = SafetensorsFile.Read(new MemoryStream(bytes), Config);

        foreach (var spec in Specs)
        {
            Assert.Equal(Enumerable.Range(0, (int)spec.Elements).Select(i => i - 1.5f), read[spec.Name]);
        }
    }

    [Fact]
    public void A_stream_is_read_in_whatever_pieces_it_comes()
    {
        using var slow = new OneByteStream(RawTensor.File(Tensors));

        Assert.Equal(-1.5f, SafetensorsFile.Read(slow, Config)["item.weight"][0]);
    }

    [Fact]
    public void A_missing_tensor_is_named_with_its_shape() =>
        Refused(RawTensor.File([.. Tensors.Where(t => t.Name != "head.in.weight")]), "head.in.weight is missing; expected is the shape [4, 12]");

    [Fact]
    public void An_extra_tensor_is_named_with_its_shape() =>
        Refused(RawTensor.File([.. Tensors, new("lora.weight", "F32", [2, 1], new byte[8])]), "lora.weight is not a tensor of this config; its shape is [2, 1]");

    // As many elements, but the linear's two extents the other way round; one dimension more; one row less.
    [Theory]
    [InlineData("layers.0.ffn.in.weight", new long[] { 4, 16 }, "[16, 4]")]
    [InlineData("user.weight", new long[] { 1, 3, 4 }, "[3, 4]")]
    [InlineData("cls.weight", new long[] { 4 }, "[1, 4]")]
    public void A_tensor_of_another_shape_is_named_with_both(string name, long[] shape, string expected)
    {
        var tensors = Tensors.Select(t => t.Name == name ? t with { Shape = shape } : t).ToList();

        Refused(RawTensor.File(tensors), $"{name} has the shape {TensorSpec.Show(shape)}; expected is {expected}");
    }

    [Fact]
    public void Every_wrong_tensor_is_told_at_once()
    {
        var tensors = Tensors.Where(t => t.Name is not ("gap.weight" or "final_norm.bias")).ToList();
        tensors.Add(new RawTensor("gaps.weight", "F32", [64, 1], new byte[256]));

        var e = Assert.Throws<ModelFormatException>(() => SafetensorsFile.Read(new MemoryStream(RawTensor.File(tensors)), Config));

        Assert.Equal(3, e.Problems.Count);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "\u221e|Infinity")]
    [InlineData(float.NegativeInfinity, "-\u221e|-Infinity")]
    public void A_number_that_is_not_finite_is_named_with_its_place(float value, string shown)
    {
        var spec = Specs.Single(s => s.Name == "layers.1.time_bias.weight");
        var tensors = Tensors.Select(t => t.Name == spec.Name ? RawTensor.Of(spec, i => i == 77 ? value : 1) : t).ToList();

        Refused(RawTensor.File(tensors), shown.Split('|').Select(s => $"{spec.Name} of shape [64, 2] holds {s} at element 77; expected are finite numbers"));
        Refused(RawTensor.File([.. tensors.Select(t => Narrow(t, "BF16"))]), shown.Split('|').Select(s => $"{spec.Name} of shape [64, 2] holds {s} at element 77; expected are finite numbers"));
        Refused(RawTensor.File([.. tensors.Select(t => Narrow(t, "F16"))]), shown.Split('|').Select(s => $"{spec.Name} of shape [64, 2] holds {s} at element 77; expected are finite numbers"));
    }

    // A sum over them overflows, which must not be mistaken for an infinity among them.
    [Fact]
    public void The_largest_finite_numbers_are_accepted() =>
        Assert.Equal(float.MaxValue, SafetensorsFile.Read(new MemoryStream(RawTensor.File([.. Specs.Select(s => RawTensor.Of(s, _ => float.MaxValue))])), Config)["item.weight"][1]);

    [Theory]
    [InlineData("F64")]
    [InlineData("I8")]
    [InlineData("f32")]
    [InlineData("")]
    public void Another_dtype_is_refused(string dtype) =>
        Refused(
            RawTensor.File(Tensors, header => header["gap.weight"]!["dtype"] = dtype),
            $"gap.weight has the dtype {JsonSerializer.Serialize(dtype)}; accepted are F32, F16 and BF16");

    [Theory]
    [InlineData("dtype", "null")]
    [InlineData("dtype", "7")]
    [InlineData("shape", "7")]
    [InlineData("shape", "[64, -1]")]
    [InlineData("shape", "[64, 1.5]")]
    [InlineData("shape", "[64, \"1\"]")]
    [InlineData("shape", "[64, 99999999999999999999]")]
    [InlineData("data_offsets", "{}")]
    [InlineData("data_offsets", "[0]")]
    [InlineData("data_offsets", "[0, 1, 2]")]
    [InlineData("data_offsets", "[-4, 0]")]
    public void An_entry_that_is_not_one_is_refused(string field, string json) =>
        Refused(
            RawTensor.File(Tensors, header => header["gap.weight"]![field] = JsonNode.Parse(json)),
            "gap.weight has no proper header entry; expected are dtype, shape and two data_offsets");

    // Too few bytes, too many, none, backwards, a product of extents that wraps 64 and 128 bits.
    [Theory]
    [InlineData("[64, 1]", "[0, 252]")]
    [InlineData("[64, 1]", "[0, 260]")]
    [InlineData("[64, 1]", "[0, 0]")]
    [InlineData("[64, 1]", "[256, 0]")]
    [InlineData("[4611686018427387904, 4]", "[0, 0]")]
    [InlineData("[2147483648, 2147483648, 2147483648, 2147483648, 16]", "[0, 0]")]
    public void Offsets_that_do_not_hold_the_shape_are_refused(string shape, string offsets) =>
        Refused(
            RawTensor.File(Tensors, header =>
            {
                header["gap.weight"]!["shape"] = JsonNode.Parse(shape);
                header["gap.weight"]!["data_offsets"] = JsonNode.Parse(offsets);
            }),
            problem => problem.StartsWith($"gap.weight of shape {shape} has the data_offsets {offsets}; expected are ", StringComparison.Ordinal));

    // Two tensors of one size, both told to lie where the first lies.
    [Fact]
    public void Tensors_that_overlap_are_refused() =>
        Refused(
            RawTensor.File(Tensors, header => header["layers.0.norm1.bias"]!["data_offsets"] = header["layers.0.norm1.weight"]!["data_offsets"]!.DeepClone()),
            problem => problem.Contains(", where the tensor before it ends", StringComparison.Ordinal));

    [Fact]
    public void A_hole_between_tensors_is_refused()
    {
        var bytes = RawTensor.File(Tensors, header =>
        {
            foreach (var offsets in header.Skip(1).Select(entry => entry.Value!["data_offsets"]!.AsArray()))
            {
                offsets[0] = offsets[0]!.GetValue<long>() + 4;
                offsets[1] = offsets[1]!.GetValue<long>() + 4;
            }
        });

        Refused([.. bytes, 0, 0, 0, 0], "side.artist.weight begins at byte 64; expected is 60, where the tensor before it ends");
    }

    [Fact]
    public void Bytes_after_the_last_tensor_are_refused() =>
        Refused([.. RawTensor.File(Tensors), 0], "there are bytes after the last tensor");

    [Fact]
    public void A_file_that_ends_early_is_refused_wherever_it_ends()
    {
        var whole = RawTensor.File(Tensors);
        for (var length = 0; length < whole.Length; length += length < 20 ? 1 : 37)
        {
            Refused(whole[..length], _ => true);
            using var pieces = new OneByteStream(whole[..length]);
            Assert.Throws<ModelFormatException>(() => SafetensorsFile.Read(pieces, Config));
        }

        Refused(whole[..5], "it is shorter than the eight bytes of a safetensors header length");
        Refused(whole[..50], "it ends inside its header");
        Refused(whole[..^1], "the file ends 1 bytes before its last tensor does");
    }

    // Below the smallest JSON object, above what a header of ours can need, and as large as the field holds.
    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData((16UL << 20) + 1)]
    [InlineData(ulong.MaxValue)]
    public void A_header_length_beyond_reason_is_refused(ulong length)
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);

        Refused(bytes, $"its header length is {length}; accepted is 2 to {16 << 20}");
    }

    [Theory]
    [InlineData("{{")]
    [InlineData("nothing")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"\\ud800\":1}")]
    public void A_header_that_is_not_JSON_is_refused(string header) =>
        Refused(RawTensor.File(header, []), problem => problem.StartsWith("its header is not valid JSON: ", StringComparison.Ordinal));

    [Fact]
    public void A_header_that_is_not_an_object_is_refused() =>
        Refused(RawTensor.File("[]", []), "its header is not a JSON object");

    // The header promises 8 GiB of a table that the config has; the file does not hold them.
    [Fact]
    public void A_header_cannot_ask_for_more_memory_than_the_file_fills()
    {
        var config = Config with { Item = new FeatureTable("item", 500_000_000, 4) };
        var offset = 0L;
        var header = TensorCatalog.Of(config).ToDictionary(s => s.Name, s => new { dtype = "F32", shape = s.Shape, data_offsets = new[] { offset, offset += s.Elements * 4 } });

        var before = GC.GetTotalAllocatedBytes();
        var e = Assert.Throws<ModelFormatException>(() => SafetensorsFile.Read(new MemoryStream(RawTensor.File(JsonSerializer.Serialize(header), new byte[9])), config));

        Assert.Contains($"the file ends {offset - 9} bytes before its last tensor does", e.Problems);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 30);
    }

    [Fact]
    public void A_table_larger_than_an_array_is_refused()
    {
        var config = Config with { Item = new FeatureTable("item", int.MaxValue, 8192) };
        var offset = 0L;
        var header = TensorCatalog.Of(config).ToDictionary(s => s.Name, s => new { dtype = "F32", shape = s.Shape, data_offsets = new[] { offset, offset += s.Elements * 4 } });

        var e = Assert.Throws<ModelFormatException>(() => SafetensorsFile.Read(new MemoryStream(RawTensor.File(JsonSerializer.Serialize(header), [])), config));

        Assert.Contains($"item.weight of shape [{int.MaxValue}, 8192] has {int.MaxValue * 8192L} elements; accepted are at most {Array.MaxLength}", e.Problems);
    }

    [Fact]
    public void Any_bytes_are_weights_or_refused_by_name()
    {
        var whole = RawTensor.File(Tensors);
        var header = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(whole);

        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 4]).Sample(
            (seed, edits) => Damaged.Read(() =>
                SafetensorsFile.Read(new MemoryStream(Damaged.Bytes(whole, seed, edits, within: seed % 3 == 0 ? whole.Length : header)), Config)),
            iter: 2_000);
    }

    private static float Rounded(float value, WeightType type) => type switch
    {
        WeightType.F16 => (float)(Half)value,
        WeightType.BF16 => BFloat16(value),
        _ => value,
    };

    // Through the nearest of the two neighbours, in double precision, the even one on a tie: by definition, not by bits' carry.
    private static float BFloat16(float value)
    {
        var below = BitConverter.SingleToInt32Bits(value) & unchecked((int)0xFFFF0000);
        double low = BitConverter.Int32BitsToSingle(below), high = BitConverter.Int32BitsToSingle(below + 0x10000);
        var (toLow, toHigh) = (Math.Abs(value - low), Math.Abs(high - value));
        return (float)(toLow < toHigh || (toLow == toHigh && (below & 0x10000) == 0) ? low : high);
    }

    private static RawTensor Narrow(RawTensor tensor, string dtype)
    {
        var values = Enumerable.Range(0, tensor.Data.Length / 4).Select(i => BitConverter.ToSingle(tensor.Data, i * 4));
        var raw = dtype == "F16" ? values.Select(v => (Half)v).SelectMany(BitConverter.GetBytes) : values.SelectMany(v => BitConverter.GetBytes(v)[2..]);
        return tensor with { Dtype = dtype, Data = [.. raw] };
    }

    private static void Refused(byte[] file, string problem) => Refused(file, found => found == problem);

    private static void Refused(byte[] file, IEnumerable<string> oneOf) => Refused(file, oneOf.Contains);

    private static void Refused(byte[] file, Predicate<string> isProblem)
    {
        var e = Assert.Throws<ModelFormatException>(() => SafetensorsFile.Read(new MemoryStream(file), Config));

        Assert.Equal("weights.safetensors", e.File);
        Assert.Contains(e.Problems, isProblem);
        Assert.All(e.Problems, problem => Assert.Contains(problem, e.Message, StringComparison.Ordinal));
    }
}
