namespace Longer.Grid.Grains.Tests;

public sealed class RetentionRuleTests
{
    // A segment goes when the last of its 256 events is older than the newest 300.
    [Theory]
    [InlineData(300, 0)]
    [InlineData(555, 0)]
    [InlineData(556, 1)]
    [InlineData(811, 1)]
    [InlineData(812, 2)]
    public void Only_whole_segments_go(long nextOrdinal, long firstSegment)
    {
        Assert.Equal(firstSegment, Retention.Newest(300).FirstSegment(nextOrdinal));
        Assert.Equal(0, Retention.All.FirstSegment(nextOrdinal));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("1")]
    [InlineData("1000000000")]
    public void What_is_accepted_reads_back_as_it_was_written(string text)
    {
        Assert.True(Retention.TryParse(text, out var retention));
        Assert.Equal(text, retention.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData("1e3")]
    [InlineData("1000000001")]
    [InlineData("All")]
    public void Anything_else_is_not(string text) => Assert.False(Retention.TryParse(text, out _));
}
