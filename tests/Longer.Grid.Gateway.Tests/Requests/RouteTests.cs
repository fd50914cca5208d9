using System.Net;
using Longer.Grid.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.Gateway.Tests;

public sealed class RouteTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/nowhere")]
    [InlineData("POST", "/v1")]
    [InlineData("POST", "/v1/")]
    [InlineData("POST", "/v2/score")]
    [InlineData("POST", "/v1/score/")]
    [InlineData("POST", "/V1/Score")]
    [InlineData("POST", "//v1/score")]
    [InlineData("POST", "/v1/%73core")]
    [InlineData("POST", "/x/../v1/score")]
    [InlineData("GET", "/v1/users")]
    [InlineData("GET", "/v1/users/u/nothing")]
    [InlineData("GET", "/v1/users/u/")]
    [InlineData("GET", "/v1/users/u/History")]
    [InlineData("GET", "/v1/users/u/history/x")]
    [InlineData("GET", "/v1/users/a/b/history")]
    [InlineData("GET", "/v1/%75sers/u")]
    [InlineData("GET", "/v1/users/a/../u")]
    [InlineData("POST", "/v1/models/x/rollback")]
    [InlineData("GET", "/openapi/v2.json")]
    [InlineData("GET", "/health")]
    public async Task An_unknown_route_is_a_problem(string method, string target)
    {
        var answer = await shared.Host.SendRawAsync($"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Contains("urn:longer-grid:problem:unknown-route", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/score", "POST")]
    [InlineData("OPTIONS", "/v1/score", "POST")]
    [InlineData("PATCH", "/v1/users/u/events", "POST, PUT")]
    [InlineData("POST", "/v1/users/u", "DELETE, GET")]
    [InlineData("HEAD", "/v1/users/u", "DELETE, GET")]
    [InlineData("DELETE", "/v1/users/u/history", "GET")]
    [InlineData("GET", "/v1/users/a%2Fb/profile", "PUT")]
    [InlineData("GET", "/v1/outcomes", "POST")]
    [InlineData("DELETE", "/v1/models", "GET, POST")]
    [InlineData("GET", "/v1/models/x/activate", "POST")]
    [InlineData("POST", "/health/live", "GET")]
    [InlineData("PUT", "/openapi/v1.json", "GET")]
    [InlineData("BREW", "/v1/score", "POST")]
    public async Task A_method_that_a_route_does_not_take_is_a_problem_with_those_it_takes(string method, string target, string allow)
    {
        var answer = await shared.Host.SendAsync(method, target, (string?)null);

        Assert.Equal(405, answer.Status);
        Assert.Equal(allow, string.Join(", ", answer.Headers["Allow"].Split(", ").Order(StringComparer.Ordinal)));
        Assert.Equal(method == "HEAD" ? null : "method-not-allowed", method == "HEAD" ? null : answer.Problem);
        Assert.Equal(0, shared.Host.Grid.Changes);
    }

    [Theory]
    [InlineData("get", "/v1/models", "GET, POST")]
    [InlineData("Post", "/v1/score", "POST")]
    [InlineData("delete", "/v1/users/u", "DELETE, GET")]
    [InlineData("get", "/health/live", "GET")]
    public async Task Methods_are_of_one_case(string method, string target, string allow)
    {
        var answer = await shared.Host.SendRawAsync($"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
        var header = answer.Split("\r\n").Single(line => line.StartsWith("Allow: ", StringComparison.Ordinal));
        Assert.Equal(allow, string.Join(", ", header["Allow: ".Length..].Split(", ").Order(StringComparer.Ordinal)));
        Assert.Contains($"not {method}.", answer, StringComparison.Ordinal);
        Assert.Equal(0, shared.Host.Grid.Changes);
    }

    [Theory]
    [InlineData("GET /v1/users/someone/models HTTP/1.1", "GET /v1/users/someone/models is not a route")]
    [InlineData("GET /v1/users/a%2Fb/models?x=1 HTTP/1.1", "GET /v1/users/a%2Fb/models is not a route")]
    [InlineData("PATCH /v1/users/a%0Ab HTTP/1.1", "/v1/users/a%0Ab takes ")]
    [InlineData("GET /no%1bwhere HTTP/1.1", "GET /no%1bwhere is not a route")]
    [InlineData("GET http://x/no/where HTTP/1.1", "GET http://x/no/where is not a route")]
    [InlineData("OPTIONS * HTTP/1.1", "OPTIONS * is not a route")]
    public async Task A_problem_shows_what_was_asked_for(string line, string shown)
    {
        var answer = await shared.Host.SendRawAsync($"{line}\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

        Assert.Contains($"\"detail\":\"{shown}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_shows_no_more_of_a_path_than_its_beginning()
    {
        var answer = await shared.Host.SendAsync("GET", "/" + new string('x', 5_000));

        Assert.Equal($"GET /{new string('x', 99)}... is not a route. The routes are at /openapi/v1.json.", answer.Json.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("DELETE", "/v1/users/u")]
    [InlineData("GET", "/v1/users/u")]
    [InlineData("GET", "/v1/users/u/history")]
    [InlineData("GET", "/v1/models")]
    [InlineData("POST", "/v1/models/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/activate")]
    [InlineData("POST", "/v1/models/rollback")]
    [InlineData("GET", "/health/live")]
    public async Task A_route_without_a_body_refuses_fields(string method, string target)
    {
        var refused = await shared.Host.SendAsync(method, target, """{"force":true}""");

        Assert.Equal((400, "invalid-request"), (refused.Status, refused.Problem));
        Assert.Equal(["$.force"], refused.Paths);
        Assert.Equal(0, shared.Host.Grid.Changes);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    public async Task A_route_without_a_body_takes_an_empty_one(string body)
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal(204, (await host.SendAsync("DELETE", "/v1/users/u", body)).Status);
        Assert.Equal(200, (await host.SendAsync("GET", "/v1/users/u", body)).Status);
    }

    [Fact]
    public async Task A_whole_URI_as_the_target_leads_to_the_same_route()
    {
        var answer = await shared.Host.SendRawAsync($"GET {shared.Host.Address}v1/users/a%2Fb HTTP/1.1\r\nHost: {shared.Host.Address.Authority}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("\"userId\":\"a/b\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_needs_no_model()
    {
        Assert.Equal((200, """{"status":"live"}"""), await StatusAsync("/health/live"));
        Assert.Equal((200, """{"status":"ready"}"""), await StatusAsync("/health/ready"));

        async Task<(int, string)> StatusAsync(string target)
        {
            var answer = await shared.Host.SendAsync("GET", target);
            return (answer.Status, answer.Body);
        }
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:0")]
    public async Task Without_authentication_the_process_does_not_listen_where_others_can_reach_it(string url)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayHost.StartAsync(url: url));
        Assert.Contains("--allow-unauthenticated", refused.Message, StringComparison.Ordinal);

        await using var allowed = await GatewayHost.StartAsync(new() { AllowUnauthenticated = true }, url);
        Assert.NotNull(allowed.Address);
    }

    // A host may add its endpoints in code, before it adds the gateway.
    [Fact]
    public void An_endpoint_added_in_code_is_checked_too()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0));
        builder.Services.AddSingleton<IGrainFactory>(shared.Host.Grid);
        builder.Services.AddSingleton<IModelUploads>(shared.Host.Grid.Store);
        builder.Services.AddLongerGateway(new GatewayOptions());

        var refused = Assert.Throws<InvalidOperationException>(builder.Build);

        Assert.Contains("0.0.0.0", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://[::1]:0")]
    [InlineData("http://127.0.0.2:0")]
    public async Task Any_loopback_address_will_do(string url)
    {
        await using var host = await GatewayHost.StartAsync(url: url);

        Assert.Equal(200, (await host.SendAsync("GET", "/health/ready")).Status);
    }
}
