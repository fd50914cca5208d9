using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.Gateway.Tests;

/// <summary>More scores than can be under way are refused at once, before anything of them is read.</summary>
public sealed class ScoreThrottleTests
{
    [Fact]
    public async Task A_score_beyond_those_under_way_is_refused_by_type_and_taken_again_when_one_has_ended()
    {
        await using var host = await GatewayHost.StartAsync(new() { ConcurrentScores = 2 });
        using var under = new SemaphoreSlim(0);
        var release = new TaskCompletionSource();
        host.Grid.Before = async (_, _) =>
        {
            under.Release();
            await release.Task;
        };
        Task<Answer>[] taken = [host.SendAsync("POST", "/v1/score", BadRequestTests.Score()), host.SendAsync("POST", "/v1/score", BadRequestTests.Score())];
        await under.WaitAsync(TestContext.Current.CancellationToken);
        await under.WaitAsync(TestContext.Current.CancellationToken);

        var refused = await host.SendAsync("POST", "/v1/score", BadRequestTests.Score());
        var unreadable = await host.SendAsync("POST", "/v1/score", "{ this is no JSON");
        var other = await host.SendAsync("GET", "/health/live");

        Assert.All(new[] { refused, unreadable }, answer =>
        {
            Assert.Equal((503, "overloaded", "1"), (answer.Status, answer.Problem, answer.Headers.GetValueOrDefault("Retry-After")));
            Assert.Equal("application/problem+json", answer.Headers.GetValueOrDefault("Content-Type"));
            using var body = JsonDocument.Parse(answer.Body);
            Assert.Equal(answer.Headers["X-Request-Id"], body.RootElement.GetProperty("requestId").GetString());
            Assert.Equal(1_000, body.RootElement.GetProperty("retryAfterMs").GetInt32());
        });
        Assert.Equal(200, other.Status);
        release.SetResult();
        Assert.All(await Task.WhenAll(taken), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await host.SendAsync("POST", "/v1/score", BadRequestTests.Score())).Status);
    }

    [Fact]
    public async Task A_refusal_does_not_wait_for_a_body_that_is_still_to_come()
    {
        await using var host = await GatewayHost.StartAsync(new() { ConcurrentScores = 1 });
        var (under, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Grid.Before = async (_, _) =>
        {
            under.TrySetResult();
            await release.Task;
        };
        var taken = host.SendAsync("POST", "/v1/score", BadRequestTests.Score());
        await under.Task;

        var refused = await host.SendRawAsync("POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8000\r\n\r\n{\"userId\":");

        Assert.StartsWith("HTTP/1.1 503 ", refused, StringComparison.Ordinal);
        Assert.Contains("urn:longer-grid:problem:overloaded", refused, StringComparison.Ordinal);
        release.SetResult();
        Assert.Equal(200, (await taken).Status);
    }

    [Fact]
    public async Task Who_sends_a_body_too_slowly_is_told_and_gives_the_place_back()
    {
        await using var host = await GatewayHost.StartAsync(new() { ConcurrentScores = 1 });

        var slow = await host.SendRawAsync("POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8000\r\n\r\n{\"userId\":");

        Assert.StartsWith("HTTP/1.1 408 ", slow, StringComparison.Ordinal);
        Assert.Contains("urn:longer-grid:problem:request-too-slow", slow, StringComparison.Ordinal);
        Assert.Equal(200, (await host.SendAsync("POST", "/v1/score", BadRequestTests.Score())).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_gateway_that_takes_no_score_is_refused(int scores) =>
        Assert.Contains(
            nameof(GatewayOptions.ConcurrentScores),
            Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddLongerGateway(new GatewayOptions { ConcurrentScores = scores })).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    [InlineData("-3")]
    public void A_number_of_scores_that_is_none_is_refused_on_the_command_line(string text) =>
        Assert.Contains(
            text, Assert.Throws<ArgumentException>(() => GatewayProcessOptions.Read(["--cluster", "Host=x", "--concurrent-scores", text], null)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_number_of_scores_is_read_from_the_command_line() =>
        Assert.Equal(31, GatewayProcessOptions.Read(["--cluster", "Host=x", "--concurrent-scores", 31.ToString(CultureInfo.InvariantCulture)], null).ConcurrentScores);
}
