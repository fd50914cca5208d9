using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Longer.Grid.Gateway;

/// <summary>What the document says of one route.</summary>
internal static class ApiOperation
{
    private const string ExampleRequestId = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    // Also of the routes that take none: they take an empty object, and refuse any other.
    private static readonly ProblemType[] OfBodies =
        [ProblemType.InvalidRequest, ProblemType.MalformedBody, ProblemType.RequestTooSlow, ProblemType.BodyTooLarge, ProblemType.UnsupportedMediaType];

    /// <summary>Describes a route from its table entry.</summary>
    public static void Describe(OpenApiOperation operation, GatewayRoute route)
    {
        operation.OperationId = route.Name;
        operation.Summary = route.Summary;
        operation.Description = route.Description;
        operation.Tags = null;
        operation.Parameters = [.. ParametersOf(route)];
        operation.RequestBody = route.Body is { } body
            ? new OpenApiRequestBody { Required = true, Content = Content(body.ContentType, body.Schema, Parse(body.Example)) }
            : null;
        operation.Responses = [];
        foreach (var answer in route.Answers)
        {
            operation.Responses[Status(answer.Status)] = new OpenApiResponse
            {
                Description = answer.Description,
                Content = answer.Schema is null ? null : Content("application/json", answer.Schema, Parse(answer.Example)),
            };
        }

        foreach (var problems in ProblemsOf(route).Distinct().GroupBy(p => p.Status).OrderBy(g => g.Key))
        {
            operation.Responses[Status(problems.Key)] = ResponseOf([.. problems], route);
        }
    }

    private static IEnumerable<ProblemType> ProblemsOf(GatewayRoute route)
    {
        IEnumerable<ProblemType> problems = [.. route.Problems, ProblemType.Internal, .. OfBodies];
        return route.Mistake is null ? problems : [.. problems, ProblemType.GridUnavailable];
    }

    private static OpenApiResponse ResponseOf(ProblemType[] types, GatewayRoute route)
    {
        var content = Content("application/problem+json", "Problem", example: null);
        content["application/problem+json"].Examples = types.ToDictionary(
            t => t.Name,
            t => (IOpenApiExample)new OpenApiExample { Summary = t.Title, Description = t.Meaning, Value = Example(t, route) });
        return new() { Description = string.Join(" ", types.Select(t => t.Title)), Content = content };
    }

    private static JsonNode Example(ProblemType type, GatewayRoute route)
    {
        var problem = type == ProblemType.InvalidRequest && route.Mistake is { } mistake
            ? Problem.Of(type, mistake)
            : new Problem(type, type.Meaning)
            {
                RetryAfter = type.Status == StatusCodes.Status503ServiceUnavailable ? TimeSpan.FromSeconds(1) : null,
            };
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            problem.Write(json, ExampleRequestId);
        }

        return JsonNode.Parse(bytes.ToArray())!;
    }

    private static IEnumerable<IOpenApiParameter> ParametersOf(GatewayRoute route)
    {
        if (route.Pattern.Contains("{id}", StringComparison.Ordinal))
        {
            yield return new OpenApiParameter
            {
                Name = "id",
                In = ParameterLocation.Path,
                Required = true,
                Description = $"The user's id: {Accepted.PathId}.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = GatewayLimits.IdBytes },
            };
        }

        if (route.Pattern.Contains("{version}", StringComparison.Ordinal))
        {
            yield return new OpenApiParameter
            {
                Name = "version",
                In = ParameterLocation.Path,
                Required = true,
                Description = "A listed version.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{64}$" },
            };
        }

        if (route.Pattern.Contains("{silo}", StringComparison.Ordinal))
        {
            yield return new OpenApiParameter
            {
                Name = "silo",
                In = ParameterLocation.Path,
                Required = true,
                Description = "The id of a silo, as /v1/cluster lists it.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = GatewayLimits.IdBytes },
            };
        }

        if (route.IsPaged)
        {
            yield return Number("limit", "How many events.", "1", GatewayLimits.HistoryPage, GatewayLimits.DefaultHistoryPage);
            yield return Number("before", "Only events of smaller ordinals; the newest first by default.", "0", largest: null, byDefault: null);
        }

        if (route.IsForPart)
        {
            yield return Number("percent", "How many users of a hundred it serves.", "1", GatewayLimits.Percent, GatewayLimits.Percent);
        }
    }

    private static OpenApiParameter Number(string name, string description, string smallest, int? largest, int? byDefault) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = description,
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Minimum = smallest,
            Maximum = largest?.ToString(CultureInfo.InvariantCulture),
            Default = byDefault is { } value ? JsonValue.Create(value) : null,
        },
    };

    private static Dictionary<string, OpenApiMediaType> Content(string type, string schema, JsonNode? example) =>
        new() { [type] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(schema), Example = example } };

    private static JsonNode? Parse(string? example) => example is null ? null : JsonNode.Parse(example);

    private static string Status(int status) => status.ToString(CultureInfo.InvariantCulture);
}
