using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace Longer.Grid.Gateway.Tests;

public sealed class LimitTests
{
    private const int Limit = 4096;

    private static readonly GatewayOptions Small = new() { BodyLimitBytes = Limit, EventsBodyLimitBytes = 2 * Limit };

    [Theory]
    [InlineData("/v1/score", Limit, true)]
    [InlineData("/v1/score", Limit, false)]
    [InlineData("/v1/outcomes", Limit, true)]
    [InlineData("/v1/outcomes", Limit, false)]
    [InlineData("/v1/users/u/events", 2 * Limit, true)]
    [InlineData("/v1/users/u/events", 2 * Limit, false)]
    public async Task A_body_of_the_limit_is_read_and_one_byte_more_is_not(string target, int limit, bool chunked)
    {
        await using var host = await GatewayHost.StartAsync(Small);
        var good = target switch { "/v1/score" => BadRequestTests.Score(), "/v1/outcomes" => BadRequestTests.Outcomes(), _ => BadRequestTests.Events() };

        var whole = await host.SendAsync("POST", target, Padded(good, limit, chunked));
        var changes = host.Grid.Changes;
        var over = await host.SendAsync("POST", target, Padded(good, limit + 1, chunked));

        Assert.Equal(200, whole.Status);
        Assert.Equal((413, "body-too-large"), (over.Status, over.Problem));
        Assert.Contains($"{limit} bytes", over.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(changes, host.Grid.Changes);
    }

    [Fact]
    public void The_limits_are_those_of_the_design()
    {
        var options = new GatewayOptions();

        Assert.Equal((8L << 20, 32L << 20, 16L << 30), (options.BodyLimitBytes, options.EventsBodyLimitBytes, options.ModelBodyLimitBytes));
    }

    // A client that waits for "100 Continue" must not be told to go on with a body that is refused.
    [Fact]
    public async Task A_declared_length_over_the_limit_is_refused_before_the_body_is_sent()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendRawAsync(
            "POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8388609\r\nExpect: 100-continue\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Contains("urn:longer-grid:problem:body-too-large", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("application/jsonl")]
    [InlineData("application/merge-patch+json")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused(string? type)
    {
        await using var host = await GatewayHost.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(BadRequestTests.Events()));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var answer = await host.SendAsync("POST", "/v1/users/u/events", content);

        Assert.Equal((415, "unsupported-media-type"), (answer.Status, answer.Problem));
        Assert.Equal(["Content-Type"], answer.Paths);
        Assert.Equal(0, host.Grid.Changes);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; Charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    public async Task JSON_in_UTF8_is_taken_however_it_is_declared(string type)
    {
        await using var host = await GatewayHost.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(BadRequestTests.Events()));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        Assert.Equal(200, (await host.SendAsync("POST", "/v1/users/u/events", content)).Status);
    }

    [Theory]
    [InlineData("/v1/users/u/events")]
    [InlineData("/v1/models")]
    public async Task A_compressed_body_is_refused(string target)
    {
        await using var host = await GatewayHost.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(BadRequestTests.Events()));
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");

        var answer = await host.SendAsync("POST", target, content);

        Assert.Equal((415, "unsupported-media-type"), (answer.Status, answer.Problem));
        Assert.Equal("identity", answer.Headers["Accept-Encoding"]);
        Assert.Equal(0, host.Grid.Changes);
    }

    private static Unsized Padded(string json, int bytes, bool chunked)
    {
        var content = new Unsized(Encoding.UTF8.GetBytes(json.PadRight(bytes)), chunked);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    // Without a length, a client sends chunks.
    private sealed class Unsized(byte[] bytes, bool chunked) : ByteArrayContent(bytes)
    {
        protected override bool TryComputeLength(out long length) => base.TryComputeLength(out length) && !chunked;
    }
}
