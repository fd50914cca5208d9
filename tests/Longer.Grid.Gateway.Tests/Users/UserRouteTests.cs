namespace Longer.Grid.Gateway.Tests;

public sealed class UserRouteTests
{
    private const string TwoEvents = """
        {"events":[{"itemId":7,"action":"play","at":1767225600000,"features":{"artist":12,"mood":"sad","era":null}},
                   {"at":"2026-01-01T00:00:01Z","action":"skip","itemId":"song/1"}]}
        """;

    [Fact]
    public async Task Events_are_appended_read_back_and_counted_once()
    {
        await using var host = await GatewayHost.StartAsync();

        var first = await host.SendAsync("POST", "/v1/users/u/events", TwoEvents);
        var again = await host.SendAsync("POST", "/v1/users/u/events", TwoEvents);
        var history = await host.SendAsync("GET", "/v1/users/u/history");

        Assert.Equal("""{"accepted":2,"duplicates":0,"userEvents":2}""", first.Body);
        Assert.Equal("""{"accepted":0,"duplicates":2,"userEvents":2}""", again.Body);
        Assert.Equal(
            """{"events":[{"ordinal":1,"itemId":"song/1","action":"skip","at":1767225601000,"features":{}},{"ordinal":0,"itemId":"7","action":"play","at":1767225600000,"features":{"artist":"12","mood":"sad"}}],"next":null}""",
            history.Body);
    }

    [Fact]
    public async Task A_put_replaces_the_whole_history()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.SendAsync("POST", "/v1/users/u/events", TwoEvents);

        var answer = await host.SendAsync("PUT", "/v1/users/u/events", """{"events":[{"itemId":9,"action":"play","at":1767225600000}]}""");

        Assert.Equal("""{"accepted":1,"duplicates":0,"userEvents":1}""", answer.Body);
        Assert.Equal("9", Assert.Single(host.Grid.User("u").Events).ItemId);
    }

    [Fact]
    public async Task History_pages_lead_from_the_newest_event_to_the_first()
    {
        await using var host = await GatewayHost.StartAsync();
        var events = Enumerable.Range(0, 7).Select(i => new { itemId = i, action = "play", at = 1_767_225_600_000 + i });
        await host.PostAsync("/v1/users/u/events", new { events });

        var ordinals = new List<long>();
        string? query = "?limit=3";
        while (query is not null)
        {
            var page = (await host.SendAsync("GET", "/v1/users/u/history" + query)).Json;
            ordinals.AddRange(page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("ordinal").GetInt64()));
            query = page.GetProperty("next").ValueKind == System.Text.Json.JsonValueKind.Null ? null : $"?limit=3&before={page.GetProperty("next")}";
        }

        Assert.Equal([6, 5, 4, 3, 2, 1, 0], ordinals);
    }

    [Fact]
    public async Task A_user_never_seen_is_an_empty_one()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("GET", "/v1/users/nobody");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            """{"userId":"nobody","userEvents":0,"firstOrdinal":0,"firstAt":null,"lastAt":null,"tier":"store","silo":"here","modelVersion":null,"deviceBytes":0,"hostBytes":0}""",
            answer.Body);
    }

    [Fact]
    public async Task A_profile_is_replaced_and_a_user_forgotten_without_a_body()
    {
        await using var host = await GatewayHost.StartAsync();

        var profile = await host.SendAsync("PUT", "/v1/users/u/profile", """{"features":{"country":"de","age":31,"plan":null}}""");
        Assert.Equal((204, ""), (profile.Status, profile.Body));
        Assert.Equal([new("country", "de"), new("age", "31")], host.Grid.User("u").Profile.ToArray());

        var forgotten = await host.SendAsync("DELETE", "/v1/users/u");
        Assert.Equal((204, ""), (forgotten.Status, forgotten.Body));
        Assert.Empty(host.Grid.User("u").Profile);
        Assert.Equal(204, (await host.SendAsync("DELETE", "/v1/users/never")).Status);
    }

    // The raw socket sends the target as it stands; HttpClient would tidy it.
    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%2fb", "a/b")]
    [InlineData("%252F", "%2F")]
    [InlineData("%25", "%")]
    [InlineData("..", "..")]
    [InlineData("%2E%2E", "..")]
    [InlineData("a+b", "a+b")]
    [InlineData("%C3%A9", "é")]
    [InlineData("a%3Fb%23c", "a?b#c")]
    [InlineData("%7Bid%7D", "{id}")]
    [InlineData("history", "history")]
    public async Task An_id_in_the_path_is_decoded_exactly_once(string segment, string id)
    {
        await using var host = await GatewayHost.StartAsync();
        const string Body = """{"events":[{"itemId":9,"action":"play","at":1767225600000}]}""";

        var answer = await host.SendRawAsync(
            $"POST /v1/users/{segment}/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Single(host.Grid.User(id).Events);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("a%2")]
    [InlineData("%zz")]
    [InlineData("%C3")]
    [InlineData("%ED%A0%80")]
    [InlineData("%C0%AF")]
    [InlineData("%0A")]
    [InlineData("%7F")]
    [InlineData("%C2%85")]
    [InlineData("")]
    public async Task An_id_in_the_path_that_is_none_is_refused(string segment)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendRawAsync($"DELETE /v1/users/{segment} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("\"path\":\"{id}\"", answer, StringComparison.Ordinal);
        Assert.Equal(0, host.Grid.Changes);
    }

    [Theory]
    [InlineData(256, 204)]
    [InlineData(257, 400)]
    public async Task An_id_in_the_path_has_at_most_256_bytes_decoded(int bytes, int status)
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal(status, (await host.SendAsync("DELETE", $"/v1/users/{new string('a', bytes)}")).Status);
        Assert.Equal(status, (await host.SendAsync("DELETE", $"/v1/users/{string.Concat(Enumerable.Repeat("%41", bytes))}")).Status);
    }
}
