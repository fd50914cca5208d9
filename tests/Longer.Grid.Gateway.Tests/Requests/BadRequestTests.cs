using System.Text;

namespace Longer.Grid.Gateway.Tests;

/// <summary>Requests that break the contract: each is refused at its JSON path and changes nothing.</summary>
public sealed class BadRequestTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string NowMs = "1769860800000";

    /// <summary>A value in a field of each kind, and where the problem is said to be.</summary>
    public static TheoryData<string, string, string, string> Requests()
    {
        var rows = new TheoryData<string, string, string, string>();
        var longId = new string('a', 257);
        string[] ids =
        [
            "null", "true", "1.0", "1e3", "-1", "-0", "18446744073709551616", "\"\"", $"\"{longId}\"", "\"" + string.Concat(Enumerable.Repeat("\\u00e9", 129)) + "\"",
            "\"a\\u0000\"", "\"a\\n\"", "\"\u007f\"", "\"\u0085\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "[]", "{}", "[5]", "{\"id\":5}",
        ];
        string[] times =
        [
            "null", "false", "1.5", "1e12", "-1", "631151999999", "1769947200001", "99999999999999999999", "[]", "\"\"", "\"now\"", "\"1769860800000\"", "\"2026-01-01\"",
            "\"2026-01-01T00:00:00\"", "\"2026-01-01 00:00:00Z\"", "\"2026-02-29T00:00:00Z\"", "\"2026-01-01T24:00:00Z\"", "\"2026-01-01T00:60:00Z\"", "\"2026-01-01T00:00:60Z\"",
            "\"2026-01-01T00:00:00.Z\"", "\"2026-01-01T00:00:00+2:00\"", "\"2026-01-01T00:00:00+24:00\"", "\"2026-01-01T00:00:00Z \"", "\"1989-12-31T23:59:59.999Z\"",
            "\"2026-02-01T12:00:00.001Z\"", "\"0000-01-01T00:00:00Z\"", "\"2026-13-01T00:00:00Z\"", "\"2026-01-01T00:00:00\\ud800Z\"",
        ];

        foreach (var bad in ids)
        {
            Add("POST", "/v1/score", Score(user: bad), "$.userId");
            Add("POST", "/v1/score", Score(candidates: $$"""[{"itemId":1},{"itemId":{{bad}}}]"""), "$.candidates[1].itemId");
            Add("POST", "/v1/users/u/events", Events(item: bad), "$.events[0].itemId");
            Add("POST", "/v1/outcomes", Outcomes(user: bad), "$.outcomes[0].userId");
            Add("POST", "/v1/outcomes", Outcomes(item: bad), "$.outcomes[0].items[0].itemId");
            if (bad != "null")
            {
                Add("POST", "/v1/score", Score(candidates: $$$"""[{"itemId":1,"features":{"a":1,"b c":{{{bad}}}}}]"""), "$.candidates[0].features['b c']");
                Add("PUT", "/v1/users/u/events", Events(more: $$$""","features":{"artist":{{{bad}}}}"""), "$.events[0].features.artist");
                Add("PUT", "/v1/users/u/profile", $$$"""{"features":{"country":{{{bad}}}}}""", "$.features.country");
                Add("POST", "/v1/outcomes", Outcomes(ofItem: $$$""","features":{"artist":{{{bad}}}}"""), "$.outcomes[0].items[0].features.artist");
            }
        }

        foreach (var bad in times)
        {
            Add("POST", "/v1/score", Score(more: $",\"at\":{bad}"), "$.at");
            Add("POST", "/v1/users/u/events", Events(at: bad), "$.events[0].at");
            Add("POST", "/v1/outcomes", Outcomes(at: bad), "$.outcomes[0].at");
        }

        foreach (var bad in ids.Where(i => i != "{\"id\":5}").Append("5"))
        {
            Add("POST", "/v1/users/u/events", Events(action: bad), "$.events[0].action");
            Add("POST", "/v1/outcomes", Outcomes(more: $",\"requestId\":{bad}"), "$.outcomes[0].requestId");
        }

        foreach (var bad in (string[])["0", "-1", "1.0", "1e1", "\"1\"", "null", "true", "[]"])
        {
            Add("POST", "/v1/score", Score(more: $",\"topK\":{bad}"), "$.topK");
            Add("POST", "/v1/score", Score(more: $",\"timeoutMs\":{bad}"), "$.timeoutMs");
        }

        Add("POST", "/v1/score", Score(more: ",\"timeoutMs\":600001"), "$.timeoutMs");
        foreach (var bad in (string[])["5", "null", "\"\"", "\"" + new string('t', 65) + "\"", "\"no_task\"", "[]"])
        {
            Add("POST", "/v1/score", Score(more: $",\"rankBy\":{bad}"), "$.rankBy");
        }

        foreach (var (method, target, good, array) in ((string, string, string, string)[])
            [("POST", "/v1/score", Score(), "candidates"), ("POST", "/v1/users/u/events", Events(), "events"), ("PUT", "/v1/users/u/events", Events(), "events")])
        {
            var element = good.Contains("candidates") ? """{"itemId":1}""" : Event();
            var limit = array == "events" ? 10_000 : 2_000;
            foreach (var bad in (string[])["null", "5", "\"x\"", "{}", "[]", "[" + string.Join(',', Enumerable.Repeat(element, limit + 1)) + "]"])
            {
                Add(method, target, good.Replace($"[{element}]", bad), $"$.{array}");
            }

            foreach (var bad in (string[])["null", "5", "\"x\"", "[]"])
            {
                Add(method, target, good.Replace($"[{element}]", $"[{element},{bad}]"), $"$.{array}[1]");
            }

            Add(method, target, good.Replace($"[{element}]", $"[{element},{{}}]"), $"$.{array}[1].itemId");
            Add(method, target, good.Replace("\"itemId\":1", "\"itemId\":1,\"price\":{\"eur\":[1,2]}"), $"$.{array}[0].price");
            Add(method, target, good.Replace("\"itemId\":1", "\"itemId\":1,\"itemId\":1"), $"$.{array}[0].itemId");
            Add(method, target, good.Replace("\"itemId\":1", "\"ItemId\":1,\"itemId\":1"), $"$.{array}[0].ItemId");
            Add(method, target, good[..^1] + ",\"extra\":1}", "$.extra");
            Add(method, target, good[..^1] + ",\"a b'\\\\\":1}", "$['a b\\'\\\\']");
            Add(method, target, good[..^1] + ",\"\\ud800\":1}", "$['\\\\ud800']");
            foreach (var bad in (string[])["null", "5", "[]", "\"x\""])
            {
                Add(method, target, good.Replace("\"itemId\":1", $"\"itemId\":1,\"features\":{bad}"), $"$.{array}[0].features");
            }

            Add(method, target, good.Replace("\"itemId\":1", "\"itemId\":1,\"features\":{\"a\":1,\"a\":null}"), $"$.{array}[0].features.a");
            Add(method, target, good.Replace("\"itemId\":1", "\"itemId\":1,\"features\":{\"a\":null,\"b\":2,\"\\u0061\":3}"), $"$.{array}[0].features.a");
            Add(method, target, good.Replace("\"itemId\":1", "\"itemId\":1,\"features\":{\"\":1}"), $"$.{array}[0].features['']");
            Add(method, target, good.Replace("\"itemId\":1", $"\"itemId\":1,\"features\":{{\"{new string('n', 65)}\":1}}"), $"$.{array}[0].features['{new string('n', 64)}…']");
            Add(method, target, good.Replace("\"itemId\":1", "\"itemId\":1,\"features\":{\"a\\u0007\":1}"), $"$.{array}[0].features['a\\u0007']");
            Add(method, target, good.Replace("\"itemId\":1", "\"itemId\":1,\"features\":{\"a\":1,\"\\ud800\":1}"), $"$.{array}[0].features['\\\\ud800']");
            Add(method, target, good.Replace("\"itemId\":1", "\"itemId\":1,\"features\":" + Names(65)), $"$.{array}[0].features");
        }

        foreach (var bad in (string[])["2", "-1", "1.0", "1e0", "0.5", "\"1\"", "true", "null", "[]", "{}"])
        {
            Add("POST", "/v1/outcomes", Outcomes(labels: $$$"""{"like":1,"share":{{{bad}}}}"""), "$.outcomes[0].items[0].labels.share");
        }

        foreach (var bad in (string[])["null", "5", "[]", "\"x\"", "{}", Names(65)])
        {
            Add("POST", "/v1/outcomes", Outcomes(labels: bad), "$.outcomes[0].items[0].labels");
        }

        Add("POST", "/v1/outcomes", Outcomes(labels: """{"like":1,"like":1}"""), "$.outcomes[0].items[0].labels.like");
        Add("POST", "/v1/outcomes", Outcomes(labels: """{"":1}"""), "$.outcomes[0].items[0].labels['']");
        Add("POST", "/v1/outcomes", Outcomes(labels: $$"""{"{{new string('t', 65)}}":1}"""), $"$.outcomes[0].items[0].labels['{new string('t', 64)}…']");
        Add("POST", "/v1/outcomes", Outcomes(labels: """{"a\n":1}"""), "$.outcomes[0].items[0].labels['a\\u000a']");
        foreach (var bad in (string[])["null", "5", "\"x\"", "{}", "[]"])
        {
            Add("POST", "/v1/outcomes", $$"""{"outcomes":{{bad}}}""", "$.outcomes");
            Add("POST", "/v1/outcomes", Outcomes(items: bad), "$.outcomes[0].items");
        }

        foreach (var bad in (string[])["null", "5", "\"x\"", "[]"])
        {
            Add("POST", "/v1/outcomes", $$"""{"outcomes":[{{bad}}]}""", "$.outcomes[0]");
            Add("POST", "/v1/outcomes", Outcomes(items: $"[{bad}]"), "$.outcomes[0].items[0]");
        }

        foreach (var missing in (string[])["userId", "at", "items"])
        {
            Add("POST", "/v1/outcomes", """{"outcomes":[{}]}""", $"$.outcomes[0].{missing}");
        }

        Add("POST", "/v1/outcomes", Outcomes(items: """[{"labels":{"like":1}}]"""), "$.outcomes[0].items[0].itemId");
        Add("POST", "/v1/outcomes", Outcomes(items: """[{"itemId":1}]"""), "$.outcomes[0].items[0].labels");
        Add("POST", "/v1/outcomes", Outcomes(more: ",\"userId\":1"), "$.outcomes[0].userId");
        Add("POST", "/v1/outcomes", Outcomes(more: ",\"clicked\":1"), "$.outcomes[0].clicked");
        Add("POST", "/v1/outcomes", Outcomes(ofItem: ",\"position\":1"), "$.outcomes[0].items[0].position");
        Add("POST", "/v1/outcomes", "{}", "$.outcomes");
        Add("POST", "/v1/outcomes", Outcomes()[..^1] + ",\"extra\":1}", "$.extra");
        Add("POST", "/v1/score", """{"candidates":[{"itemId":1}]}""", "$.userId");
        Add("POST", "/v1/score", """{"userId":1}""", "$.candidates");
        Add("POST", "/v1/users/u/events", "{}", "$.events");
        Add("PUT", "/v1/users/u/events", "{}", "$.events");
        Add("POST", "/v1/users/u/events", $$"""{"events":[{"itemId":1,"at":{{NowMs}}}]}""", "$.events[0].action");
        Add("POST", "/v1/users/u/events", """{"events":[{"itemId":1,"action":"play"}]}""", "$.events[0].at");
        Add("PUT", "/v1/users/u/profile", "{}", "$.features");
        Add("PUT", "/v1/users/u/profile", """{"features":null}""", "$.features");
        Add("PUT", "/v1/users/u/profile", """{"features":[]}""", "$.features");
        Add("PUT", "/v1/users/u/profile", """{"features":{},"x":1}""", "$.x");
        Add("POST", $"/v1/models/{new string('a', 64)}/activate", """{"force":true}""", "$.force");
        Add("POST", $"/v1/models/{new string('a', 64)}/activate", "[]", "$");
        foreach (var body in (string[])["null", "5", "[]", "\"x\"", "true"])
        {
            Add("POST", "/v1/score", body, "$");
            Add("POST", "/v1/users/u/events", body, "$");
            Add("PUT", "/v1/users/u/events", body, "$");
            Add("PUT", "/v1/users/u/profile", body, "$");
            Add("POST", "/v1/outcomes", body, "$");
        }

        return rows;

        void Add(string method, string target, string body, string path) => rows.Add(method, target, body, path);
    }

    [Theory]
    [MemberData(nameof(Requests), DisableDiscoveryEnumeration = true)]
    public async Task A_field_that_breaks_the_contract_is_named_and_nothing_changes(string method, string target, string body, string path)
    {
        var answer = await shared.Host.SendAsync(method, target, body);

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Problem));
        Assert.Contains(path, answer.Paths);
        Assert.StartsWith(answer.Paths[0] + ": ", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, shared.Host.Grid.Changes);
    }

    public static TheoryData<string, string> Malformed() => new()
    {
        { "", "is empty" },
        { "   ", "is not JSON at line 1" },
        { "{", "is not JSON" },
        { """{"userId":1,"candidates":[{"itemId":1},]}""", "is not JSON" },
        { """{"userId":1,"candidates":[{"itemId":1}],}""", "is not JSON" },
        { """{"userId":1 /* no */,"candidates":[{"itemId":1}]}""", "is not JSON" },
        { """{"userId":01,"candidates":[{"itemId":1}]}""", "is not JSON" },
        { """{"userId":+1,"candidates":[{"itemId":1}]}""", "is not JSON" },
        { """{"userId":NaN,"candidates":[{"itemId":1}]}""", "is not JSON" },
        { """{'userId':1}""", "is not JSON" },
        { """{"userId":"a\x","candidates":[{"itemId":1}]}""", "is not JSON" },
        { "{\"userId\":\"a\nb\",\"candidates\":[{\"itemId\":1}]}", "is not JSON" },
        { """{"userId":1,"candidates":[{"itemId":1}]} {}""", "is not JSON" },
        { """{"userId":1,"candidates":[{"itemId":1}]}]""", "is not JSON" },
        { "\uFEFF{\"userId\":1,\"candidates\":[{\"itemId\":1}]}", "byte order mark" },
        { new string('[', 100) + new string(']', 100), "is not JSON" },
        { "{\"userId\":1,\"x\":" + new string('[', 100) + new string(']', 100) + "}", "is not JSON" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_body_that_is_not_JSON_is_refused_with_the_place(string body, string detail)
    {
        foreach (var (method, target) in ((string, string)[])[("POST", "/v1/score"), ("POST", "/v1/users/u/events"), ("PUT", "/v1/users/u/profile")])
        {
            var answer = await shared.Host.SendAsync(method, target, body);

            Assert.Equal(400, answer.Status);
            Assert.Equal(0, shared.Host.Grid.Changes);
            if (target == "/v1/score")
            {
                Assert.Equal("malformed-body", answer.Problem);
                Assert.Contains(detail, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC3 })]
    public async Task A_body_that_is_not_UTF8_is_refused(byte[] bytes)
    {
        byte[] body = [.. "{\"userId\":\""u8, .. bytes, .. "\",\"candidates\":[{\"itemId\":1}]}"u8];
        var answer = await shared.Host.SendAsync("POST", "/v1/score", new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } });

        Assert.Equal((400, "malformed-body"), (answer.Status, answer.Problem));
        Assert.Contains("UTF-8", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_of_a_body_are_named_at_once()
    {
        var answer = await shared.Host.SendAsync("POST", "/v1/score", """
            {"userId":-1,"candidates":[{"itemId":1,"features":{"a":[]}},{"item":2},3],"at":"x","topK":0,"rankBy":1,"timeoutMs":0,"more":{}}
            """);

        Assert.Equal(
            ["$.userId", "$.candidates[0].features.a", "$.candidates[1].item", "$.candidates[1].itemId", "$.candidates[2]", "$.at", "$.topK", "$.rankBy", "$.timeoutMs", "$.more"],
            answer.Paths);
    }

    [Fact]
    public async Task Of_very_many_problems_the_first_twenty_are_named()
    {
        var candidates = string.Join(',', Enumerable.Repeat("""{"itemId":null}""", 2_000));

        var answer = await shared.Host.SendAsync("POST", "/v1/score", $$"""{"userId":1,"candidates":[{{candidates}}]}""");

        Assert.Equal(400, answer.Status);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"$.candidates[{i}].itemId"), answer.Paths);
    }

    [Fact]
    public async Task More_than_256_feature_names_in_one_body_are_refused()
    {
        var events = Enumerable.Range(0, 5).Select(i => Event($",\"features\":{Names(64, from: i * 63)}"));

        var answer = await shared.Host.SendAsync("POST", "/v1/users/u/events", $$"""{"events":[{{string.Join(',', events)}}]}""");

        Assert.Equal(400, answer.Status);
        Assert.Equal("$.events[4].features.n256", answer.Paths[0]);
        Assert.Equal(0, shared.Host.Grid.Changes);
    }

    [Theory]
    [InlineData("?limit=0", "?limit")]
    [InlineData("?limit=1001", "?limit")]
    [InlineData("?limit=-1", "?limit")]
    [InlineData("?limit=1.0", "?limit")]
    [InlineData("?limit=01", "?limit")]
    [InlineData("?limit=+1", "?limit")]
    [InlineData("?limit=ten", "?limit")]
    [InlineData("?limit=", "?limit")]
    [InlineData("?limit", "?limit")]
    [InlineData("?limit=5&limit=5", "?limit")]
    [InlineData("?limit=5&limit=", "?limit")]
    [InlineData("?before=-1", "?before")]
    [InlineData("?before=9223372036854775808", "?before")]
    [InlineData("?before=1&before=2", "?before")]
    [InlineData("?Limit=5", "?Limit")]
    [InlineData("?after=5", "?after")]
    [InlineData("?=5", "?")]
    public async Task A_query_parameter_that_breaks_the_contract_is_named(string query, string path)
    {
        var answer = await shared.Host.SendAsync("GET", "/v1/users/u/history" + query);

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Problem));
        Assert.Equal(path, answer.Paths[0]);
    }

    [Theory]
    [InlineData("POST", "/v1/score?debug=1")]
    [InlineData("GET", "/v1/users/u?x=1")]
    [InlineData("DELETE", "/v1/users/u?force=1")]
    [InlineData("POST", "/v1/users/u/events?x=1")]
    [InlineData("PUT", "/v1/users/u/events?x=1")]
    [InlineData("PUT", "/v1/users/u/profile?x=1")]
    [InlineData("POST", "/v1/outcomes?x=1")]
    [InlineData("GET", "/v1/models?limit=5")]
    [InlineData("POST", "/v1/models?x=1")]
    public async Task A_query_parameter_that_no_route_takes_is_refused(string method, string target)
    {
        var answer = await shared.Host.SendAsync(method, target, method is "GET" or "DELETE" ? null : "{}");

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Problem));
        Assert.Equal(0, shared.Host.Grid.Changes);
    }

    [Theory]
    [InlineData("limit=1", 1)]
    [InlineData("limit=1000", 1000)]
    [InlineData("before=0", 0)]
    [InlineData("before=9223372036854775807", 0)]
    public async Task The_bounds_of_a_page_are_accepted(string query, int most)
    {
        var answer = await shared.Host.SendAsync("GET", $"/v1/users/u/history?{query}");

        Assert.Equal(200, answer.Status);
        Assert.True(answer.Json.GetProperty("events").GetArrayLength() <= most);
    }

    internal static string Score(string user = "5", string candidates = """[{"itemId":1}]""", string more = "") =>
        $$"""{"userId":{{user}},"candidates":{{candidates}}{{more}}}""";

    internal static string Events(string item = "1", string action = "\"play\"", string at = NowMs, string more = "") =>
        $$"""{"events":[{"itemId":{{item}},"action":{{action}},"at":{{at}}{{more}}}]}""";

    internal static string Outcomes(string user = "5", string at = NowMs, string item = "1", string labels = """{"like":1}""", string ofItem = "", string? items = null, string more = "") =>
        $$"""{"outcomes":[{"userId":{{user}},"at":{{at}},"items":{{items ?? $$"""[{"itemId":{{item}},"labels":{{labels}}{{ofItem}}}]"""}}{{more}}}]}""";

    private static string Event(string more = "") => $$"""{"itemId":1,"action":"play","at":{{NowMs}}{{more}}}""";

    private static string Names(int count, int from = 0)
    {
        var text = new StringBuilder("{");
        text.AppendJoin(',', Enumerable.Range(from, count).Select(i => $"\"n{i}\":1"));
        return text.Append('}').ToString();
    }
}
