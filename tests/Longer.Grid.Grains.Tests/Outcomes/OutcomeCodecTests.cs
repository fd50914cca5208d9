namespace Longer.Grid.Grains.Tests;

public sealed class OutcomeCodecTests
{
    [Fact]
    public void Items_read_back_as_they_were_given()
    {
        var outcome = Outcomes.Of("u", 7) with
        {
            Items =
            [
                new("4711", [new("artist", "é"), new("tag", "12")], [new("like", true), new("share it now", false)]),
                new("song-9", [], [new("like", false)]),
                new("song-9", [], [new("1", true)]),
            ],
        };

        var read = OutcomeCodec.ReadItems(OutcomeCodec.Write(outcome).Items);

        Assert.Equal(outcome.Items.Select(item => item.ItemId), read.Select(item => item.ItemId));
        Assert.Equal(outcome.Items.SelectMany(item => item.Features), read.SelectMany(item => item.Features));
        Assert.Equal(outcome.Items.SelectMany(item => item.Labels), read.SelectMany(item => item.Labels));
    }

    [Fact]
    public void Damaged_items_are_told()
    {
        var items = OutcomeCodec.Write(Outcomes.Of("u", 7)).Items;
        items[^1] ^= 1;

        Assert.Throws<InvalidDataException>(() => OutcomeCodec.ReadItems(items));
    }

    [Fact]
    public void The_order_of_labels_and_of_features_is_no_difference()
    {
        var one = WithItem(new("i", [new("a", "1"), new("b", "2")], [new("x", true), new("y", false)]));
        var other = WithItem(new("i", [new("b", "2"), new("a", "1")], [new("y", false), new("x", true)]));

        Assert.Equal(OutcomeCodec.Write(one).Id, OutcomeCodec.Write(other).Id);
    }

    public static TheoryData<Outcome> Others() =>
    [
        Outcomes.Of("u", 8),
        Outcomes.Of("u", 7) with { RequestId = null },
        Outcomes.Of("u", 7) with { RequestId = "" },
        Outcomes.Of("u", 7) with { RequestId = "another" },
        WithItem(new("j", [], [new("like", true)])),
        WithItem(new("i", [], [new("like", false)])),
        WithItem(new("i", [], [new("like", true), new("share", false)])),
        WithItem(new("i", [new("a", "1")], [new("like", true)])),
        Outcomes.Of("u", 7) with { Items = [new("i", [], [new("like", true)]), new("i", [], [new("like", true)])] },
    ];

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Whatever_else_differs_makes_another_outcome(Outcome other) =>
        Assert.NotEqual(OutcomeCodec.Write(WithItem(new("i", [], [new("like", true)]))).Id, OutcomeCodec.Write(other).Id);

    private static Outcome WithItem(OutcomeItem item) => Outcomes.Of("u", 7) with { Items = [item] };
}
