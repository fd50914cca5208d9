using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using ZstdSharp;

namespace Longer.Grid.Grains;

/// <summary>
/// Events by column, compressed: times as differences, every text once. All of an event is kept, whether a model reads it or not.
/// </summary>
/// <remarks>
/// Layout: a format byte, the XXH64 of the rest, then zstd over: count; times (zigzag differences); texts; items, actions (indices into
/// the texts); features of each event (how many, then name and id indices). Numbers are 7-bit varints.
/// </remarks>
public static class SegmentCodec
{
    private const byte Format = 1;
    private const int HeaderBytes = 1 + sizeof(ulong);
    private const int CompressionLevel = 3;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes events in their order.</summary>
    public static byte[] Write(IReadOnlyList<BehaviorEvent> events)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Utf8);
        writer.Write7BitEncodedInt(events.Count);
        var previous = 0L;
        foreach (var e in events)
        {
            var difference = e.AtMs - previous;
            writer.Write7BitEncodedInt64((difference << 1) ^ (difference >> 63));
            previous = e.AtMs;
        }

        var texts = new Texts();
        var body = new List<int>(events.Count * 4);
        foreach (var e in events)
        {
            body.Add(texts.Index(e.ItemId));
            body.Add(texts.Index(e.Action));
            body.Add(e.Features.Length);
            foreach (var feature in e.Features)
            {
                body.Add(texts.Index(feature.Name));
                body.Add(texts.Index(feature.Id));
            }
        }

        texts.Write(writer);
        body.ForEach(writer.Write7BitEncodedInt);
        return Sealed(buffer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of a format that this version does not know.</exception>
    public static ImmutableArray<BehaviorEvent> Read(ReadOnlySpan<byte> segment) => Unpack(segment).ToEvents();

    /// <summary>The same by column.</summary>
    /// <inheritdoc cref="Read"/>
    internal static SegmentColumns Unpack(ReadOnlySpan<byte> segment)
    {
        var packed = Checked(segment);
        using var decompressor = new Decompressor();
        return new SegmentColumns(decompressor.Unwrap(packed).ToArray());
    }

    /// <summary>Writes a profile.</summary>
    public static byte[] WriteProfile(ImmutableArray<Feature> features) => features.IsEmpty ? [] : Write([new BehaviorEvent("", "", 0, features)]);

    /// <summary>Reads what <see cref="WriteProfile"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static ImmutableArray<Feature> ReadProfile(ReadOnlySpan<byte> profile) => profile.IsEmpty ? [] : Read(profile)[0].Features;

    private static byte[] Sealed(MemoryStream buffer)
    {
        using var compressor = new Compressor(CompressionLevel);
        var packed = compressor.Wrap(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        var segment = new byte[HeaderBytes + packed.Length];
        segment[0] = Format;
        packed.CopyTo(segment.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt64LittleEndian(segment.AsSpan(1), XxHash64.HashToUInt64(packed));
        return segment;
    }

    /// <summary>What is behind a header that says so.</summary>
    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < HeaderBytes)
        {
            throw new InvalidDataException($"it has {segment.Length} bytes, fewer than a header");
        }

        if (segment[0] != Format)
        {
            throw new InvalidDataException($"its format is {segment[0]}; known is {Format}");
        }

        var packed = segment[HeaderBytes..];
        return XxHash64.HashToUInt64(packed) == BinaryPrimitives.ReadUInt64LittleEndian(segment[1..])
            ? packed
            : throw new InvalidDataException("its checksum does not match its contents");
    }

    /// <summary>Every text once, in the order of first use.</summary>
    private sealed class Texts
    {
        private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
        private readonly List<string> _texts = [];

        public int Index(string text)
        {
            if (!_indices.TryGetValue(text, out var index))
            {
                index = _texts.Count;
                _indices.Add(text, index);
                _texts.Add(text);
            }

            return index;
        }

        public void Write(BinaryWriter writer)
        {
            writer.Write7BitEncodedInt(_texts.Count);
            _texts.ForEach(writer.Write);
        }
    }
}
