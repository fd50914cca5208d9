using System.Collections.Immutable;
using CsCheck;
using Longer.Grid.Model;

namespace Longer.Grid.Grains.Tests;

public sealed class SegmentCodecTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.String[Gen.Char['a', 'z'], 1, 5], Gen.OneOf(new[] { "0", "007", "caf\u00e9", "\ud83c\udfb7", "18446744073709551616" }.Select(Gen.Const).ToArray()));

    private static readonly Gen<BehaviorEvent> AnyEvent =
        from item in Text
        from action in Text
        from at in Gen.Long
        from features in Gen.Select(Text, Text, (name, id) => new Feature(name, id)).Array[0, 4]
        select new BehaviorEvent(item, action, at, [.. features]);

    [Fact]
    public void Events_come_back_as_they_were() => AnyEvent.Array[0, 256].Sample(events =>
    {
        var read = SegmentCodec.Read(SegmentCodec.Write(events));
        return read.Length == events.Length && read.Zip(events).All(pair =>
            (pair.First with { Features = [] }) == (pair.Second with { Features = [] }) && pair.First.Features.SequenceEqual(pair.Second.Features));
    });

    [Fact]
    public void Its_columns_have_the_keys_of_its_ids() => AnyEvent.Array[0, 256].Sample(events =>
    {
        var columns = SegmentCodec.Unpack(SegmentCodec.Write(events));
        return columns.Count == events.Length && events.Index().All(e =>
            (columns.ItemKey(e.Index), columns.Action(e.Index), columns.AtMs(e.Index)) == (EntityKey.Of(e.Item.ItemId), e.Item.Action, e.Item.AtMs)
            && columns.Features(e.Index) == e.Item.Features.Length
            && e.Item.Features.Index().All(f =>
                (columns.FeatureName(e.Index, f.Index), columns.FeatureKey(e.Index, f.Index)) == (f.Item.Name, EntityKey.Of(f.Item.Id))));
    });

    [Fact]
    public void Bytes_that_are_no_segment_are_refused_as_such() => Gen.Byte[0, 12].Array[0, 60].Sample(bytes =>
    {
        try
        {
            return new SegmentColumns(bytes).ToEvents().Length <= bytes.Length;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    });

    [Fact]
    public void A_damaged_byte_is_always_noticed()
    {
        var segment = SegmentCodec.Write(AnyEvent.Array[200].Single());
        for (var i = 0; i < segment.Length; i++)
        {
            var damaged = segment.ToArray();
            damaged[i] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => SegmentCodec.Read(damaged));
            Assert.Throws<InvalidDataException>(() => SegmentCodec.Read(segment.AsSpan(0, i)));
        }
    }

    [Fact]
    public void Events_of_a_usual_history_take_few_bytes()
    {
        var random = new Random(1);
        var at = 1_700_000_000_000;
        var events = Enumerable.Range(0, 256)
            .Select(_ => new BehaviorEvent($"{random.Next(40_000)}", "modify", at += random.Next(600_000), [new("dir", $"d{random.Next(300)}"), new("ext", "cs")]))
            .ToImmutableArray();

        // Items and times are random: most of these bytes cannot be saved.
        Assert.InRange(SegmentCodec.Write(events).Length / 256.0, 1, 16);
    }
}
