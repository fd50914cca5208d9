using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Longer.Grid.Gateway.Tests;

/// <summary>Bytes that no HTTP client sends.</summary>
public sealed class HostileConnectionTests
{
    private const string Head = "POST /v1/users/u/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n")]
    public async Task A_broken_chunk_is_a_problem(string rest)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendRawAsync(Head + rest);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("urn:longer-grid:problem:malformed-body", answer, StringComparison.Ordinal);
        Assert.Equal(0, host.Grid.Changes);
    }

    [Theory]
    [InlineData("Content-Length: 500\r\n\r\n{\"events\":[{\"itemId\":1,")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n10\r\n{\"events\":[")]
    [InlineData("Content-Length: 500\r\n\r\n")]
    public async Task A_body_cut_short_changes_nothing(string rest)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendRawAsync(Head + rest, closeSending: true);

        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 5", answer, StringComparison.Ordinal);
        Assert.Equal(0, host.Grid.Changes);
        Assert.Equal(200, (await host.SendAsync("GET", "/health/live")).Status);
    }

    // What the server itself refuses has no route, and is a problem all the same.
    [Theory]
    [InlineData("GARBAGE\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\nHost: x\r\n\r\n", "unsupported-version")]
    [InlineData("GET /v1/users/%00 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /v1/users/\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET * HTTP/1.1\r\nHost: x\r\n\r\n", "method-not-allowed")]
    [InlineData("GET /v1/users/u HTTP/1.1\r\n\r\n")]
    [InlineData("GET /v1/users/u HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n")]
    [InlineData("POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("POST /v1/score HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n")]
    public async Task A_request_that_is_not_HTTP_is_a_problem(string request, string type = "malformed-request")
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendRawAsync(request);

        Assert.Matches("^HTTP/1.1 (4[0-9][0-9]|505)", answer);
        await CheckAsync(host, answer, type);
    }

    [Fact]
    public async Task A_request_behind_good_ones_on_the_same_connection_is_a_problem_after_their_answers()
    {
        await using var host = await GatewayHost.StartAsync();
        const string Good = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

        var answer = await host.SendRawAsync(Good + Good + "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", untilClosed: true);

        Assert.Equal(2, answer.Split("HTTP/1.1 200 OK").Length - 1);
        await CheckAsync(host, answer[answer.IndexOf("HTTP/1.1 400", StringComparison.Ordinal)..], "malformed-request");
    }

    [Fact]
    public async Task What_is_longer_than_a_head_may_be_is_a_problem()
    {
        await using var host = await GatewayHost.StartAsync();
        var headers = string.Concat(Enumerable.Range(0, 101).Select(i => $"x-{i}: 1\r\n"));

        await CheckAsync(host, await host.SendRawAsync($"GET /v1/users/{new string('x', GatewayLimits.RequestLineBytes)} HTTP/1.1\r\nHost: x\r\n\r\n"), "target-too-long");
        await CheckAsync(host, await host.SendRawAsync($"GET /v1/users/u HTTP/1.1\r\nHost: x\r\n{headers}\r\n"), "headers-too-large");
        await CheckAsync(host, await host.SendRawAsync($"GET /v1/users/u HTTP/1.1\r\nHost: x\r\ny: {new string('y', 40_000)}\r\n\r\n"), "headers-too-large");
    }

    // Longer than the server's own limit by default, 8 KiB.
    [Fact]
    public async Task A_long_id_is_refused_by_name()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("GET", $"/v1/users/{new string('x', 20_000)}", (string?)null);

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Problem));
        Assert.Equal(["{id}"], answer.Paths);
    }

    private static async Task CheckAsync(GatewayHost host, string answer, string type)
    {
        var (head, body) = (answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)], answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Contains("Content-Type: application/problem+json", head, StringComparison.Ordinal);
        Assert.Contains("Connection: close", head, StringComparison.Ordinal);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal($"urn:longer-grid:problem:{type}", problem.GetProperty("type").GetString());
        Assert.StartsWith($"HTTP/1.1 {problem.GetProperty("status").GetInt32()} ", head, StringComparison.Ordinal);
        var check = new SchemaCheck((await host.SendAsync("GET", "/openapi/v1.json")).Json);
        Assert.Null(check.Problem(check.Resolve("#/components/schemas/Problem"), problem));
        Assert.Equal(0, host.Grid.Changes);
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_the_call_and_no_answer_is_made_of_it()
    {
        await using var host = await GatewayHost.StartAsync();
        var asked = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        host.Grid.Before = async (_, token) =>
        {
            asked.SetResult();
            await using var registration = token.Register(cancelled.SetResult);
            await cancelled.Task;
            token.ThrowIfCancellationRequested();
        };
        var body = BadRequestTests.Score();
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(host.Address.Host, host.Address.Port, Token);
            await socket.SendAsync(
                Encoding.UTF8.GetBytes($"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), Token);
            await asked.Task.WaitAsync(Token);
        }

        await cancelled.Task.WaitAsync(Token);
        host.Grid.Before = null;
        Assert.Equal(200, (await host.SendAsync("POST", "/v1/score", body)).Status);
    }
}
