using System.Text;
using System.Text.Json;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Longer.Grid.Gateway.Tests;

public sealed class ApiDocumentTests
{
    /// <summary>Every route, and every status that it can answer with.</summary>
    public static TheoryData<string, string, string> Routes() => new()
    {
        { "post", "/v1/score", "200 400 408 413 415 500 503 504" },
        { "post", "/v1/users/{id}/events", "200 400 408 413 415 500 503" },
        { "put", "/v1/users/{id}/events", "200 400 408 413 415 500 503" },
        { "get", "/v1/users/{id}", "200 400 408 413 415 500 503" },
        { "delete", "/v1/users/{id}", "204 400 408 413 415 500 503" },
        { "get", "/v1/users/{id}/history", "200 400 408 413 415 500 503" },
        { "put", "/v1/users/{id}/profile", "204 400 408 413 415 500 503" },
        { "post", "/v1/outcomes", "200 400 408 413 415 500 503" },
        { "get", "/v1/models", "200 400 408 413 415 500 503" },
        { "post", "/v1/models", "200 201 400 408 413 415 500 503" },
        { "post", "/v1/models/{version}/activate", "200 202 400 404 408 409 413 415 500 503" },
        { "post", "/v1/models/rollback", "200 202 400 404 408 409 413 415 500 503" },
        { "get", "/v1/cluster", "200 400 408 413 415 500 503" },
        { "post", "/v1/cluster/silos/{silo}/drain", "202 400 404 408 413 415 500 503" },
        { "get", "/health/live", "200 400 408 413 415 500" },
        { "get", "/health/ready", "200 400 408 413 415 500 503" },
        { "get", "/openapi/v1.json", "200 400 408 413 415 500" },
    };

    [Fact]
    public async Task The_document_reads_without_a_complaint()
    {
        var text = await TextAsync();

        var read = OpenApiDocument.Parse(text, "json", new OpenApiReaderSettings());

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Empty(read.Document!.Validate(ValidationRuleSet.GetDefaultRuleSet()));
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Every_status_of_a_route_is_described_with_an_example_that_fits_its_schema(string method, string path, string statuses)
    {
        var document = JsonDocument.Parse(await TextAsync()).RootElement;
        var check = new SchemaCheck(document);
        var operation = document.GetProperty("paths").GetProperty(path).GetProperty(method);

        var responses = operation.GetProperty("responses").EnumerateObject().ToList();

        Assert.Equal(statuses, string.Join(' ', responses.Select(r => r.Name).Order(StringComparer.Ordinal)));
        foreach (var response in responses.Where(r => r.Name != "204"))
        {
            var media = Assert.Single(response.Value.GetProperty("content").EnumerateObject());
            Assert.Equal(response.Name[0] == '2' ? "application/json" : "application/problem+json", media.Name);
            var schema = media.Value.GetProperty("schema");
            var examples = media.Value.TryGetProperty("examples", out var many)
                ? [.. many.EnumerateObject().Select(e => e.Value.GetProperty("value"))]
                : new[] { media.Value.GetProperty("example") };
            Assert.NotEmpty(examples);
            Assert.All(examples, e => Assert.Null(check.Problem(schema, e)));
        }
    }

    [Fact]
    public async Task There_are_no_other_routes()
    {
        var paths = JsonDocument.Parse(await TextAsync()).RootElement.GetProperty("paths");

        var described = paths.EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name} {p.Name}"));

        Assert.Equal(Routes().Select(r => $"{r.Data.Item1} {r.Data.Item2}").Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("post", "/v1/score", "ScoreAnswer")]
    [InlineData("post", "/v1/users/{id}/events", "EventsAnswer")]
    [InlineData("put", "/v1/users/{id}/events", "EventsAnswer")]
    [InlineData("get", "/v1/users/{id}", "UserAnswer")]
    [InlineData("get", "/v1/users/{id}/history", "HistoryAnswer")]
    [InlineData("put", "/v1/users/{id}/profile", null)]
    [InlineData("post", "/v1/outcomes", "OutcomesAnswer")]
    [InlineData("get", "/v1/models", "ModelsAnswer")]
    [InlineData("get", "/v1/cluster", "ClusterAnswer")]
    [InlineData("get", "/health/live", "HealthAnswer")]
    public async Task The_example_of_a_request_fits_its_schema_is_served_and_answered_as_described(string method, string path, string? schema)
    {
        await using var host = await GatewayHost.StartAsync();
        await ModelRouteTests.UploadAsync(host, ("config", "{}"), ("weights", "w"), ("metrics", "{\"auc\":1}"));
        await host.SendAsync("POST", "/v1/users/x/events", BadRequestTests.Events(more: ",\"features\":{\"a\":1}"));
        var document = (await host.SendAsync("GET", "/openapi/v1.json")).Json;
        var check = new SchemaCheck(document);
        var operation = document.GetProperty("paths").GetProperty(path).GetProperty(method);
        string? example = null;
        if (operation.TryGetProperty("requestBody", out var body))
        {
            var media = body.GetProperty("content").GetProperty("application/json");
            example = media.GetProperty("example").GetRawText();
            Assert.Null(check.Problem(media.GetProperty("schema"), media.GetProperty("example")));
        }

        var answer = await host.SendAsync(method.ToUpperInvariant(), path.Replace("{id}", "x", StringComparison.Ordinal), example);

        Assert.Equal(schema is null ? 204 : 200, answer.Status);
        if (schema is not null)
        {
            Assert.Null(check.Problem(check.Resolve($"#/components/schemas/{schema}"), answer.Json));
        }
    }

    [Theory]
    [InlineData("ScoreRequest", "candidates", "maxItems", 2_000)]
    [InlineData("ScoreRequest", "candidates", "minItems", 1)]
    [InlineData("ScoreRequest", "timeoutMs", "maximum", 600_000)]
    [InlineData("EventsRequest", "events", "maxItems", 10_000)]
    [InlineData("EventsRequest", "events", "minItems", 1)]
    [InlineData("Event", "action", "maxLength", 256)]
    [InlineData("OutcomesRequest", "outcomes", "maxItems", 1_000)]
    [InlineData("OutcomesRequest", "outcomes", "minItems", 1)]
    [InlineData("Outcome", "items", "maxItems", 2_000)]
    [InlineData("Outcome", "items", "minItems", 1)]
    [InlineData("Outcome", "requestId", "maxLength", 256)]
    public async Task The_limits_stand_in_the_document(string schema, string property, string keyword, int limit)
    {
        var schemas = JsonDocument.Parse(await TextAsync()).RootElement.GetProperty("components").GetProperty("schemas");

        Assert.Equal(limit, schemas.GetProperty(schema).GetProperty("properties").GetProperty(property).GetProperty(keyword).GetInt32());
    }

    // The document is a promise: what it allows at its limits is served, what lies one beyond is refused.
    [Theory]
    [InlineData("/v1/score", "candidates", 2_000)]
    [InlineData("/v1/users/u/events", "events", 10_000)]
    public async Task The_limits_of_the_document_are_those_of_the_reader(string target, string array, int limit)
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal(200, (await host.SendAsync("POST", target, Body(limit))).Status);
        Assert.Equal(400, (await host.SendAsync("POST", target, Body(limit + 1))).Status);

        string Body(int count)
        {
            var text = new StringBuilder(array == "events" ? "{\"events\":[" : "{\"userId\":1,\"candidates\":[");
            text.AppendJoin(',', Enumerable.Range(0, count).Select(i =>
                array == "events" ? $$"""{"itemId":{{i}},"action":"play","at":{{1_767_225_600_000 + i}}}""" : $$"""{"itemId":{{i}}}"""));
            return text.Append("]}").ToString();
        }
    }

    private static async Task<string> TextAsync()
    {
        await using var host = await GatewayHost.StartAsync();
        var answer = await host.SendAsync("GET", "/openapi/v1.json");
        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        return answer.Body;
    }
}
