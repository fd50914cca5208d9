using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

public sealed class ValueTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("4096", 4096)]
    [InlineData("1KiB", 1L << 10)]
    [InlineData("1.5MiB", 3L << 19)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("3TiB", 3L << 40)]
    [InlineData("8B", 8)]
    public void An_amount_of_memory_is_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0.3")]
    [InlineData("-1")]
    [InlineData("2GB")]
    [InlineData("2gib")]
    [InlineData("GiB")]
    [InlineData("2 GiB")]
    [InlineData("2iB")]
    [InlineData("9999999TiB")]
    public void What_is_no_amount_of_memory_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("2.5m", 150)]
    [InlineData("1h", 3_600)]
    [InlineData("720h", 2_592_000)]
    public void A_duration_is_read(string text, int seconds)
    {
        Assert.True(DurationText.TryParse(text, out var read));
        Assert.Equal(TimeSpan.FromSeconds(seconds), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("90")]
    [InlineData("s")]
    [InlineData("721h")]
    [InlineData("1d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("http://localhost:0", true)]
    [InlineData("http://[::1]:5080", true)]
    [InlineData("http://127.0.0.53:5080/", true)]
    [InlineData("http://0.0.0.0:5080", false)]
    [InlineData("http://[::]:5080", false)]
    [InlineData("http://*:5080", false)]
    public void An_address_is_loopback_or_not(string text, bool isLoopback)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(isLoopback, address.IsLoopback);
    }

    [Theory]
    [InlineData("127.0.0.1:5080")]
    [InlineData("https://127.0.0.1:5080")]
    [InlineData("http://example.org:5080")]
    [InlineData("http://127.0.0.1:5080/path")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:port")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
