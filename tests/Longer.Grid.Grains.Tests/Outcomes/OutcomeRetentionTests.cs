namespace Longer.Grid.Grains.Tests;

public sealed class OutcomeRetentionTests
{
    [Theory]
    [InlineData("1h", 1, "1h")]
    [InlineData("30d", 720, "30d")]
    [InlineData("36h", 36, "36h")]
    [InlineData("48h", 48, "2d")]
    [InlineData("3650d", 87_600, "3650d")]
    public void Days_and_hours_are_read_and_written_alike(string text, int hours, string written)
    {
        Assert.True(OutcomeRetention.TryParse(text, out var retention));
        Assert.Equal((OutcomeRetention.Of(hours), written, TimeSpan.FromHours(hours)), (retention, retention.ToString(), retention.Time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("30")]
    [InlineData("30m")]
    [InlineData("1.5d")]
    [InlineData("3651d")]
    [InlineData("87601h")]
    [InlineData("99999999999d")]
    public void Anything_else_is_not(string text) => Assert.False(OutcomeRetention.TryParse(text, out _));

    [Fact]
    public void By_default_it_is_thirty_days() => Assert.Equal("30d", OutcomeRetention.Default.ToString());
}
