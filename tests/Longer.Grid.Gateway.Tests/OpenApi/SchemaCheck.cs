using System.Text.Json;
using System.Text.RegularExpressions;

namespace Longer.Grid.Gateway.Tests;

/// <summary>As much of JSON Schema as the API's document uses; a keyword that is not known here fails.</summary>
public sealed class SchemaCheck(JsonElement document)
{
    private static readonly string[] Ignored = ["description", "title", "format", "default", "example"];

    /// <summary>What is wrong with a value; <see langword="null"/> where nothing is.</summary>
    public string? Problem(JsonElement schema, JsonElement value, string path = "$")
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Problem(Resolve(reference.GetString()!), value, path);
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            if (Problem(schema, keyword.Name, keyword.Value, value, path) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    public JsonElement Resolve(string reference)
    {
        const string Prefix = "#/components/schemas/";
        Assert.StartsWith(Prefix, reference, StringComparison.Ordinal);
        return document.GetProperty("components").GetProperty("schemas").GetProperty(reference[Prefix.Length..]);
    }

    private string? Problem(JsonElement schema, string keyword, JsonElement limit, JsonElement value, string path)
    {
        switch (keyword)
        {
            case "type":
                var types = limit.ValueKind == JsonValueKind.Array ? limit.EnumerateArray().Select(t => t.GetString()!) : [limit.GetString()!];
                return types.Any(t => Is(t, value)) ? null : $"{path} is no {limit}";
            case "oneOf":
                var fitting = limit.EnumerateArray().Count(s => Problem(s, value, path) is null);
                return fitting == 1 ? null : $"{path} fits {fitting} of oneOf";
            case "enum":
                return limit.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)) ? null : $"{path} is not in its enum";
            case "minimum" when value.ValueKind == JsonValueKind.Number:
                return value.GetDecimal() >= limit.GetDecimal() ? null : $"{path} is below {limit}";
            case "maximum" when value.ValueKind == JsonValueKind.Number:
                return value.GetDecimal() <= limit.GetDecimal() ? null : $"{path} is above {limit}";
            case "minLength" when value.ValueKind == JsonValueKind.String:
                return value.GetString()!.EnumerateRunes().Count() >= limit.GetInt32() ? null : $"{path} is too short";
            case "maxLength" when value.ValueKind == JsonValueKind.String:
                return value.GetString()!.EnumerateRunes().Count() <= limit.GetInt32() ? null : $"{path} is too long";
            case "pattern" when value.ValueKind == JsonValueKind.String:
                return Regex.IsMatch(value.GetString()!, limit.GetString()!) ? null : $"{path} does not match {limit}";
            case "minItems" when value.ValueKind == JsonValueKind.Array:
                return value.GetArrayLength() >= limit.GetInt32() ? null : $"{path} has too few items";
            case "maxItems" when value.ValueKind == JsonValueKind.Array:
                return value.GetArrayLength() <= limit.GetInt32() ? null : $"{path} has too many items";
            case "items" when value.ValueKind == JsonValueKind.Array:
                return value.EnumerateArray().Select((item, i) => Problem(limit, item, $"{path}[{i}]")).FirstOrDefault(p => p is not null);
            case "required" when value.ValueKind == JsonValueKind.Object:
                return limit.EnumerateArray().Where(n => !value.TryGetProperty(n.GetString()!, out _)).Select(n => $"{path}.{n} is missing").FirstOrDefault();
            case "minProperties" when value.ValueKind == JsonValueKind.Object:
                return value.EnumerateObject().Count() >= limit.GetInt32() ? null : $"{path} has too few properties";
            case "maxProperties" when value.ValueKind == JsonValueKind.Object:
                return value.EnumerateObject().Count() <= limit.GetInt32() ? null : $"{path} has too many properties";
            case "propertyNames" when value.ValueKind == JsonValueKind.Object:
                return value.EnumerateObject().Select(p => Problem(limit, JsonSerializer.SerializeToElement(p.Name), $"{path}.{p.Name}")).FirstOrDefault(p => p is not null);
            case "properties" when value.ValueKind == JsonValueKind.Object:
                return limit.EnumerateObject()
                    .Select(p => value.TryGetProperty(p.Name, out var property) ? Problem(p.Value, property, $"{path}.{p.Name}") : null)
                    .FirstOrDefault(p => p is not null);
            case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                var others = value.EnumerateObject().Where(p => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(p.Name, out _));
                return limit.ValueKind == JsonValueKind.False
                    ? others.Select(p => $"{path}.{p.Name} is unknown").FirstOrDefault()
                    : others.Select(p => Problem(limit, p.Value, $"{path}.{p.Name}")).FirstOrDefault(p => p is not null);
            case "minimum" or "maximum" or "minLength" or "maxLength" or "pattern" or "minItems" or "maxItems" or "items" or "required" or "minProperties" or "maxProperties" or "propertyNames"
                or "properties" or "additionalProperties":
                return null; // says nothing of a value of another kind
            default:
                return Ignored.Contains(keyword) ? null : $"{path}: the check does not know {keyword}";
        }
    }

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && !value.GetRawText().Contains('.', StringComparison.Ordinal),
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => false,
    };
}
