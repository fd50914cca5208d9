using System.Globalization;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway.Tests;

public sealed class ScoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scores_come_in_the_order_asked_with_every_digit_and_ids_as_they_were_sent()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", "/v1/score", """
            { "userId": 5, "candidates": [{ "itemId": 18446744073709551615 }, { "itemId": "5" }, { "features": { "artist": "x\u0079", "year": null }, "itemId": "a\"\u00e9" }] }
            """);

        Assert.Equal(200, answer.Status);
        var items = answer.Json.GetProperty("items");
        Assert.Equal("18446744073709551615", items[0].GetProperty("itemId").GetRawText());
        Assert.Equal("\"5\"", items[1].GetProperty("itemId").GetRawText());
        Assert.Equal("a\"é", items[2].GetProperty("itemId").GetString());
        foreach (var (item, id) in items.EnumerateArray().Zip(["18446744073709551615", "5", "a\"é"]))
        {
            for (var task = 0; task < FakeUser.Tasks.Length; task++)
            {
                var text = item.GetProperty("scores").GetProperty(FakeUser.Tasks[task]).GetRawText();
                Assert.Equal(FakeUser.Score(id, task), float.Parse(text, CultureInfo.InvariantCulture));
            }
        }

        var asked = host.Grid.User("5").LastScore!;
        Assert.Equal([new("artist", "xy")], asked.Candidates[2].Features.ToArray());
        Assert.Null(asked.AtMs);
        Assert.Equal("warm", answer.Json.GetProperty("cache").GetString());
        Assert.Equal("v1", answer.Json.GetProperty("modelVersion").GetString());
        Assert.Equal(0, answer.Json.GetProperty("userEvents").GetInt64());
        Assert.Equal(answer.Headers["X-Request-Id"], answer.Json.GetProperty("requestId").GetString());
        Assert.Matches(@"^engine;dur=\d+\.\d{3}$", answer.Headers["Server-Timing"]);
    }

    [Fact]
    public async Task The_grid_ranks_and_the_answer_has_the_best_of_them()
    {
        await using var host = await GatewayHost.StartAsync();
        string[] items = ["a", "bbbbb", "cc"];

        var answer = await host.PostAsync("/v1/score", new { userId = "u", candidates = items.Select(itemId => new { itemId }), topK = 2, rankBy = "convert" });

        var expected = items.OrderByDescending(i => FakeUser.Score(i, 1)).Take(2);
        Assert.Equal(expected, answer.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("itemId").GetString()));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("4000000000")]
    [InlineData("400000000000000000000000000")]
    public async Task A_topK_above_the_number_of_candidates_is_all_of_them(string topK)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", "/v1/score", $$"""{"userId":"u","candidates":[{"itemId":1},{"itemId":2},{"itemId":3}],"topK":{{topK}}}""");

        Assert.Equal(3, answer.Json.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("1767225600000", 1_767_225_600_000)]
    [InlineData("\"2026-01-01T00:00:00Z\"", 1_767_225_600_000)]
    [InlineData("\"2026-01-01T02:00:00.1239+02:00\"", 1_767_225_600_123)]
    [InlineData("\"2026-01-01T02:00:00\\u002B02:00\"", 1_767_225_600_000)]
    [InlineData("\"2025-12-31T19:30-0430\"", 1_767_225_600_000)]
    [InlineData("\"2026-01-01T02:00:00+02\"", 1_767_225_600_000)]
    [InlineData("631152000000", 631_152_000_000)]
    [InlineData("\"1990-01-01T00:00:00.000Z\"", 631_152_000_000)]
    [InlineData("\"2026-02-01T12:00:00Z\"", 1_769_947_200_000)]
    public async Task A_time_is_Unix_milliseconds_or_ISO_8601(string at, long expectedMs)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", "/v1/score", $$"""{"userId":"u","candidates":[{"itemId":1}],"at":{{at}}}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(expectedMs, host.Grid.User("u").LastScore!.AtMs);
    }

    [Fact]
    public async Task An_unknown_task_is_named_with_those_that_there_are()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", "/v1/score", """{"userId":"u","candidates":[{"itemId":1}],"topK":1,"rankBy":"buy"}""");

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Problem));
        var error = answer.Json.GetProperty("errors")[0];
        Assert.Equal("$.rankBy", error.GetProperty("path").GetString());
        Assert.Equal("like, convert", error.GetProperty("accepted").GetString());
    }

    // Who notices first is chance: the grain, that the time would pass in a queue, or the gateway's clock.
    [Theory]
    [InlineData(",\"timeoutMs\":250", true, 504, "deadline-passed")]
    [InlineData(",\"timeoutMs\":250", false, 503, "overloaded")]
    [InlineData("", true, 503, "overloaded")]
    public async Task A_score_that_the_grid_refused_for_its_own_time_is_a_passed_deadline(string timeout, bool isLate, int status, string problem)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Grid.Before = (_, _) => Task.FromException(new OverloadedException(TimeSpan.FromSeconds(1), "refused") { IsLate = isLate });

        var answer = await host.SendAsync("POST", "/v1/score", BadRequestTests.Score(more: timeout));

        Assert.Equal((status, problem), (answer.Status, answer.Problem));
    }

    [Theory]
    [InlineData(",\"timeoutMs\":250", 250, 504, "deadline-passed")]
    [InlineData("", 30_000, 503, "grid-unavailable")]
    public async Task A_request_whose_time_passes_is_answered_although_the_grid_hangs(string timeout, int passMs, int status, string problem)
    {
        await using var host = await GatewayHost.StartAsync();
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        host.Grid.Before = (_, _) =>
        {
            asked.SetResult();
            return never.Task;
        };
        var sent = host.SendAsync("POST", "/v1/score", BadRequestTests.Score(more: timeout));
        await asked.Task.WaitAsync(Token);

        host.Time.Advance(TimeSpan.FromMilliseconds(passMs));

        var answer = await sent;
        Assert.Equal((status, problem), (answer.Status, answer.Problem));
        never.SetResult();
    }

    // The timer that ends a call may be a tick ahead of the clock that times it; a grid that gives up long before is another matter.
    [Theory]
    [InlineData(240, 504, "deadline-passed")]
    [InlineData(100, 503, "grid-unavailable")]
    public async Task A_time_out_at_the_end_of_the_callers_time_is_a_passed_deadline(int passMs, int status, string problem)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Grid.Before = (_, _) =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(passMs));
            return Task.FromException(new TimeoutException());
        };

        var answer = await host.SendAsync("POST", "/v1/score", BadRequestTests.Score(more: ",\"timeoutMs\":250"));

        Assert.Equal((status, problem), (answer.Status, answer.Problem));
    }

    [Fact]
    public async Task A_sane_request_id_of_the_caller_is_kept_and_any_other_replaced()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Http.DefaultRequestHeaders.Add("X-Request-Id", "trace-17:a.b_c");
        Assert.Equal("trace-17:a.b_c", (await host.SendAsync("GET", "/nowhere")).Json.GetProperty("requestId").GetString());

        host.Http.DefaultRequestHeaders.Remove("X-Request-Id");
        host.Http.DefaultRequestHeaders.Add("X-Request-Id", "has \"quotes\"");
        Assert.Matches("^[0-9a-f]{32}$", (await host.SendAsync("GET", "/nowhere")).Json.GetProperty("requestId").GetString());
    }
}
