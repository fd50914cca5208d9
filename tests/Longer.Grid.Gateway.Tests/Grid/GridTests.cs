using System.Globalization;
using System.Text.Json;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Gateway.Tests;

/// <summary>The gateway over a real silo, its store and its engine.</summary>
public sealed class GridTests
{
    [Fact]
    public async Task Without_a_model_everything_but_scores_is_served()
    {
        await using var grid = await RealGrid.StartAsync();

        var score = await grid.Client.SendAsync("POST", "/v1/score", BadRequestTests.Score());

        Assert.Equal((503, "no-active-model"), (score.Status, score.Problem));
        Assert.True(score.Headers.ContainsKey("Retry-After"));
        Assert.Equal(200, (await grid.Client.SendAsync("GET", "/health/ready")).Status);
        Assert.Equal("""{"active":null,"previous":null,"canary":null,"models":[],"training":null}""", (await grid.Client.SendAsync("GET", "/v1/models")).Body);
        Assert.Equal("""{"accepted":1,"duplicates":0,"userEvents":1}""", (await AppendAsync(grid, "u", BadRequestTests.Events())).Body);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Scores_over_HTTP_are_those_of_the_models_own_forward_pass(int seed)
    {
        await using var grid = await RealGrid.StartAsync();
        var (configJson, weights) = RandomModels.Files(seed);
        var version = await PublishAsync(grid, configJson, weights);
        var model = ModelPackage.Load(configJson, new MemoryStream(weights));
        Assert.Equal(model.Version, version);
        var random = new Random(seed);
        var user = RandomHistories.User(random, model.Config);
        var events = Past(RandomHistories.Events(random, model.Config, (int)model.Config.RetainedEvents + 7));
        foreach (var batch in events.Chunk(events.Count / 3))
        {
            var body = new { events = batch.Select(e => new { itemId = e.ItemId, action = e.Action, at = e.AtMs, features = e.Sides }) };
            Assert.Equal(200, (await grid.Client.PostAsync(Route(user.UserId, "/events"), body)).Status);
        }

        Assert.Equal(204, (await grid.Client.SendAsync("PUT", Route(user.UserId, "/profile"), JsonSerializer.Serialize(new { features = user.Profile }))).Status);
        var candidates = RandomHistories.Candidates(random, model.Config, events, 9);
        var atMs = events[^1].AtMs + 5_000;
        var asked = new { userId = user.UserId, candidates = candidates.Select(c => new { itemId = c.ItemId, features = c.Sides }), at = atMs };

        var cold = await grid.Client.PostAsync("/v1/score", asked);
        var warm = await grid.Client.PostAsync("/v1/score", asked);

        Assert.Equal((200, "warm"), (warm.Status, warm.Json.GetProperty("cache").GetString()));
        Assert.Equal(cold.Json.GetProperty("items").GetRawText(), warm.Json.GetProperty("items").GetRawText());
        Assert.Equal(version, warm.Json.GetProperty("modelVersion").GetString());
        Assert.Equal(events.Count, warm.Json.GetProperty("userEvents").GetInt64());
        var expected = new OracleModel(model).Score(new OracleCase(user, 0, events, candidates, atMs));
        foreach (var (item, i) in warm.Json.GetProperty("items").EnumerateArray().Select((item, i) => (item, i)))
        {
            Assert.Equal(candidates[i].ItemId, item.GetProperty("itemId").GetString());
            foreach (var (task, t) in model.Config.Tasks.Select((task, t) => (task, t)))
            {
                var score = float.Parse(item.GetProperty("scores").GetProperty(task).GetRawText(), CultureInfo.InvariantCulture);
                Assert.Equal(expected[i][t], Math.Log(score / (1 - (double)score)), tolerance: 2e-4);
            }
        }
    }

    [Fact]
    public async Task Ranking_and_its_mistakes_are_told_by_the_model()
    {
        await using var grid = await RealGrid.StartAsync();
        var (configJson, weights) = RandomModels.Files(1);
        await PublishAsync(grid, configJson, weights);
        var tasks = LongerConfigJson.Parse(configJson).Tasks;
        var candidates = Enumerable.Range(0, 30).Select(i => new { itemId = (i * 7) % 11 }).ToList();
        var all = await grid.Client.PostAsync("/v1/score", new { userId = "u", candidates, at = 1_767_225_600_000 });

        var best = await grid.Client.PostAsync("/v1/score", new { userId = "u", candidates, at = 1_767_225_600_000, topK = 12, rankBy = tasks[^1] });
        var wrong = await grid.Client.PostAsync("/v1/score", new { userId = "u", candidates, topK = 12, rankBy = "no_such_task" });

        var expected = all.Json.GetProperty("items").EnumerateArray()
            .OrderByDescending(i => i.GetProperty("scores").GetProperty(tasks[^1]).GetSingle()).Take(12).Select(i => i.GetRawText());
        Assert.Equal(expected, best.Json.GetProperty("items").EnumerateArray().Select(i => i.GetRawText()));
        Assert.Equal((400, "$.rankBy"), (wrong.Status, Assert.Single(wrong.Paths)));
        Assert.Equal(string.Join(", ", tasks), wrong.Json.GetProperty("errors")[0].GetProperty("accepted").GetString());
    }

    [Fact]
    public async Task Behaviours_are_kept_as_they_were_given_until_they_are_replaced_or_forgotten()
    {
        await using var grid = await RealGrid.StartAsync();
        const string Kept = """
            {"events":[{"itemId":"song/1","action":"skip \"it\"","at":1767225601000,"features":{}},{"itemId":7,"action":"play","at":1767225600000,"features":{"artist":12,"an unknown name":"émile","none":null}}]}
            """;

        var first = await AppendAsync(grid, "a%2Fb", Kept);
        var again = await AppendAsync(grid, "a%2Fb", Kept);
        var history = await grid.Client.SendAsync("GET", "/v1/users/a%2Fb/history?limit=1");
        var rest = await grid.Client.SendAsync("GET", $"/v1/users/a%2Fb/history?before={history.Json.GetProperty("next")}");

        Assert.Equal("""{"accepted":2,"duplicates":0,"userEvents":2}""", first.Body);
        Assert.Equal("""{"accepted":0,"duplicates":2,"userEvents":2}""", again.Body);
        Assert.Equal("""{"events":[{"ordinal":1,"itemId":"song/1","action":"skip \"it\"","at":1767225601000,"features":{}}],"next":1}""", history.Body);
        var oldest = rest.Json.GetProperty("events")[0];
        Assert.Equal("7", oldest.GetProperty("itemId").GetString());
        Assert.Equal(
            ["an unknown name=émile", "artist=12"],
            oldest.GetProperty("features").EnumerateObject().Select(f => $"{f.Name}={f.Value.GetString()}").Order(StringComparer.Ordinal));
        var status = (await grid.Client.SendAsync("GET", "/v1/users/a%2Fb")).Json;
        Assert.Equal(("a/b", 2, 1_767_225_600_000, 1_767_225_601_000), (
            status.GetProperty("userId").GetString(), status.GetProperty("userEvents").GetInt64(), status.GetProperty("firstAt").GetInt64(), status.GetProperty("lastAt").GetInt64()));

        Assert.Equal(200, (await grid.Client.SendAsync("PUT", "/v1/users/a%2Fb/events", BadRequestTests.Events(item: "\"only\""))).Status);
        Assert.Equal("only", Assert.Single((await grid.Client.SendAsync("GET", "/v1/users/a%2Fb/history")).Json.GetProperty("events").EnumerateArray()).GetProperty("itemId").GetString());
        Assert.Equal(204, (await grid.Client.SendAsync("DELETE", "/v1/users/a%2Fb")).Status);
        Assert.Equal("""{"events":[],"next":null}""", (await grid.Client.SendAsync("GET", "/v1/users/a%2Fb/history")).Body);
    }

    [Fact]
    public async Task A_model_that_breaks_the_contract_is_refused_by_name_and_leaves_nothing()
    {
        await using var grid = await RealGrid.StartAsync();
        var (configJson, weights) = RandomModels.Files(1);
        weights[^1] = 0x7F; // with the byte before it, a NaN
        weights[^2] = 0xC0;

        var broken = await UploadAsync(grid, configJson, weights);
        var config = await UploadAsync(grid, "{\"model_type\":\"longer\",\"heads\":0}"u8.ToArray(), weights);
        var unknown = await grid.Client.SendAsync("POST", $"/v1/models/{new string('a', 64)}/activate", (string?)null);

        Assert.Equal((400, "model-rejected"), (broken.Status, broken.Problem));
        Assert.Equal("weights.safetensors", broken.Paths[0]);
        Assert.Equal((400, "model-rejected"), (config.Status, config.Problem));
        Assert.Equal("config.json", config.Paths[0]);
        Assert.True(config.Paths.Length > 1, config.Body);
        Assert.Equal((404, "unknown-model"), (unknown.Status, unknown.Problem));
        Assert.Empty((await grid.Client.SendAsync("GET", "/v1/models")).Json.GetProperty("models").EnumerateArray());
        Assert.Empty(ModelFiles(grid));
    }

    [Fact]
    public async Task An_upload_that_its_caller_leaves_leaves_nothing_in_the_store()
    {
        await using var grid = await RealGrid.StartAsync();
        await grid.Client.SendRawAsync(
            "POST /v1/models HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
            + "--b\r\nContent-Disposition: form-data; name=config\r\n\r\n{}",
            closeSending: true);

        // A server that stops waits for its requests to end.
        await grid.StopAsync();

        Assert.Empty(ModelFiles(grid));
    }

    [Fact]
    public async Task A_model_too_large_for_the_memory_is_published_but_not_activated()
    {
        await using var grid = await RealGrid.StartAsync(new EngineOptions { Workers = 1, KvBudgetBytes = 1024 });
        var (configJson, weights) = RandomModels.Files(1);
        var version = (await UploadAsync(grid, configJson, weights)).Json.GetProperty("version").GetString();

        var answer = await grid.Client.SendAsync("POST", $"/v1/models/{version}/activate", (string?)null);

        Assert.Equal((409, "model-not-loadable"), (answer.Status, answer.Problem));
        Assert.Equal("a model whose states fit, or silos with more --kv-memory", answer.Json.GetProperty("errors")[0].GetProperty("accepted").GetString());
        Assert.Equal("published", (await grid.Client.SendAsync("GET", "/v1/models")).Json.GetProperty("models")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_same_model_twice_is_one_version_with_its_metrics()
    {
        await using var grid = await RealGrid.StartAsync();
        var (configJson, weights) = RandomModels.Files(1);

        var first = await UploadAsync(grid, configJson, weights);
        var again = await UploadAsync(grid, configJson, weights);

        Assert.Equal((201, 200), (first.Status, again.Status));
        Assert.Equal(first.Body, again.Body);
        var listed = Assert.Single((await grid.Client.SendAsync("GET", "/v1/models")).Json.GetProperty("models").EnumerateArray());
        Assert.Equal(0.5, listed.GetProperty("metrics").GetProperty("auc").GetDouble());
    }

    [Fact]
    public async Task Outcomes_are_durable_counted_once_and_erased_with_their_user()
    {
        await using var grid = await RealGrid.StartAsync();
        await AppendAsync(grid, "5", BadRequestTests.Events());
        var body = new
        {
            outcomes = Enumerable.Range(0, 1_000).Select(i => new
            {
                userId = i % 2 == 0 ? "5" : "6", at = 1_767_225_600_000 + i, requestId = $"r{i}", items = new[] { new { itemId = i, labels = new { like = i % 2 } } },
            }),
        };

        Assert.Equal("""{"accepted":1000,"duplicates":0}""", (await grid.Client.PostAsync("/v1/outcomes", body)).Body);
        Assert.Equal("""{"accepted":0,"duplicates":1000}""", (await grid.Client.PostAsync("/v1/outcomes", body)).Body);
        Assert.Equal(204, (await grid.Client.SendAsync("DELETE", "/v1/users/5")).Status);

        // Of user 5 nothing is known any more.
        Assert.Equal("""{"accepted":500,"duplicates":500}""", (await grid.Client.PostAsync("/v1/outcomes", body)).Body);
        using var feed = new ChangeFeed(GridDatabase.Embedded(grid.Data.FullName));
        var page = await feed.ReadOutcomesAsync(default, 2_000);
        Assert.Equal(1_000, page.Changes.Count);
        Assert.All(page.Changes, change => Assert.Equal(0, change.NextOrdinal));
    }

    [Fact]
    public async Task Refused_requests_leave_the_silos_state_as_it_was()
    {
        await using var grid = await RealGrid.StartAsync();
        await AppendAsync(grid, "u", BadRequestTests.Events());
        var before = await StateAsync();

        // Not those that are wrong by the test gateway's clock alone, or for want of a model here.
        string[] elsewhere = ["1769947200001", "2026-02-01T12:00:00.001Z", "no_task"];
        foreach (var row in BadRequestTests.Requests().Where((row, i) => i % 7 == 0 && !elsewhere.Any(text => row.Data.Item3.Contains(text, StringComparison.Ordinal))))
        {
            Assert.Equal(400, (await grid.Client.SendAsync(row.Data.Item1, row.Data.Item2, row.Data.Item3)).Status);
        }

        Assert.Equal(before, await StateAsync());

        async Task<string> StateAsync() =>
            (await grid.Client.SendAsync("GET", "/v1/users/u/history")).Body
            + (await grid.Client.SendAsync("GET", "/v1/users/5")).Json.GetProperty("userEvents")
            + (await grid.Client.SendAsync("GET", "/v1/models")).Body;
    }

    private static async Task<string> PublishAsync(RealGrid grid, byte[] configJson, byte[] weights)
    {
        var published = await UploadAsync(grid, configJson, weights);
        Assert.True(published.Status == 201, published.Body);
        var version = published.Json.GetProperty("version").GetString()!;
        var activated = await grid.Client.SendAsync("POST", $"/v1/models/{version}/activate", (string?)null);
        Assert.True(activated.Status == 200, activated.Body);
        return version;
    }

    private static Task<Answer> UploadAsync(RealGrid grid, byte[] configJson, byte[] weights) => grid.Client.SendAsync("POST", "/v1/models", new MultipartFormDataContent
    {
        { new ByteArrayContent(weights), "weights", "weights.safetensors" },
        { new ByteArrayContent("{\"auc\":0.5}"u8.ToArray()), "metrics" },
        { new ByteArrayContent(configJson), "config" },
    });

    private static Task<Answer> AppendAsync(RealGrid grid, string segment, string body) => grid.Client.SendAsync("POST", $"/v1/users/{segment}/events", body);

    private static IEnumerable<string> ModelFiles(RealGrid grid) => Directory.EnumerateFiles(Path.Combine(grid.Data.FullName, "models"), "*", SearchOption.AllDirectories);

    private static string Route(string userId, string rest) => $"/v1/users/{Uri.EscapeDataString(userId)}{rest}";

    // As a history joins a store: in time order, each event once, all of it before now.
    private static List<OracleEvent> Past(List<OracleEvent> events)
    {
        var shift = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() - events.Max(e => e.AtMs);
        return [.. events.Select(e => e with { AtMs = e.AtMs + shift }).OrderBy(e => e.AtMs).DistinctBy(e => (OracleIds.Key(e.ItemId), e.Action, e.AtMs))];
    }
}
