using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

public sealed class LongerFlopsTests
{
    // d = 2, K = 2, D = 4; T = 4, k = 2, N = 1; a user token and one CLS. event.in reads 5 columns, candidate.in 7.
    private static readonly LongerConfig Small = RandomModels.Config(new Random(1)) with
    {
        MaxEvents = 8,
        EventDim = 2,
        GroupSize = 2,
        InnerLayers = 1,
        InnerHeads = 1,
        Heads = 2,
        SelfLayers = 1,
        RecentGroups = 2,
        ClsTokens = 1,
        Item = new FeatureTable("item", 10, 3),
        Sides = [],
        Profile = [],
        ActionDim = 1,
        GapDim = 1,
        CrossDim = 2,
        Tasks = ["like"],
    };

    [Fact]
    public void The_papers_two_numbers_come_out()
    {
        Assert.Equal(587.20, LongerFlops.PaperLayer(2048, 32) / 1e6, 0.005);
        Assert.Equal(335.54, LongerFlops.PaperLayer(2048 / 4, 4 * 32) / 1e6, 0.005);
        Assert.Equal(-0.4286, ((double)LongerFlops.PaperLayer(512, 128) / LongerFlops.PaperLayer(2048, 32)) - 1, 0.00005);
    }

    // 11 events are 6 groups; layer 0 needs the newest 5 of them (9 events), layer 1 the newest 2.
    [Fact]
    public void A_prefill_counts_what_a_hand_counts()
    {
        const long EventTokens = 9 * ((2 * 5 * 4) + (2 * 4 * 2));
        const long Inner = (4 * ((24 * 2 * 2 * 2) + (4 * 2 * 2 * 2))) + ((24 * 1 * 2 * 2) + (4 * 1 * 1 * 2));
        const long Layer0 = ((5 + 2) * 4 * 16) + (2 * ((20 * 16) + (4 * 4 * 4))) + (2 * 20 * 16) + ((2 + 4 + 1 + 4) * 4 * 4);
        const long Layer1 = ((2 + 2) * 4 * 16) + (2 * 20 * 16) + ((2 + 2 + 1 + 2) * 4 * 4);

        Assert.Equal(EventTokens + Inner + Layer0 + Layer1, LongerFlops.Prefill(Small, 11));
        Assert.Equal(4544, LongerFlops.Prefill(Small, 11));
    }

    [Fact]
    public void A_window_that_is_not_full_counts_only_what_is_there()
    {
        // One group of one event: its query sees itself, the globals see it and themselves.
        const long Group = 56 + 96 + 8;
        const long Layer0 = (3 * 64) + (320 + (1 * 16)) + 640 + ((3 + 2) * 16);
        const long Layer1 = (3 * 64) + 640 + ((3 + 2) * 16);

        Assert.Equal(Group + Layer0 + Layer1, LongerFlops.Prefill(Small, 1));
        Assert.Equal(LongerFlops.Prefill(Small, 1), LongerFlops.Append(Small, 1));
    }

    [Fact]
    public void Without_events_only_the_globals_count() => Assert.Equal(2 * ((2 * 64) + 640 + ((2 + 1) * 16)), LongerFlops.Prefill(Small, 0));

    [Fact]
    public void An_append_counts_what_a_hand_counts()
    {
        const long Group = 56 + 104;
        const long Layer0 = (3 * 64) + (320 + (4 * 16)) + 640 + (11 * 16);
        const long Layer1 = (3 * 64) + 640 + (7 * 16);

        Assert.Equal(Group + Layer0 + Layer1, LongerFlops.Append(Small, 11));
    }

    [Fact]
    public void An_append_to_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => LongerFlops.Append(Small, 0));

    [Fact]
    public void A_score_counts_what_a_hand_counts()
    {
        const long Candidate = (2 * 7 * 4) + (2 * 4 * 4);
        const long Layers = (24 * 16) + ((1 + 2 + 4) * 16) + (24 * 16) + ((1 + 2 + 2) * 16);
        const long Head = (2 * 2 * 4 * 4) + (2 * 4 * 1);

        Assert.Equal((3 * (Candidate + Layers + Head)) + (2 * 4 * 4), LongerFlops.Score(Small, 11, 3));
    }

    // MODEL.md section 9: an append's work grows with L only by the attention of 1 + G rows.
    [Fact]
    public void An_appends_work_grows_with_the_window_only_by_one_row_of_attention_for_the_group_and_each_global()
    {
        var longer = Small with { MaxEvents = 8000 };

        Assert.Equal((4000 - 4) * 3 * 4 * 4, LongerFlops.Append(longer, 100_000) - LongerFlops.Append(Small, 100_000));
    }
}
