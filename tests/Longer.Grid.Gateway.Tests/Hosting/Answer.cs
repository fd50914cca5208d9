using System.Text.Json;

namespace Longer.Grid.Gateway.Tests;

/// <summary>An answer of the gateway.</summary>
public sealed record Answer(int Status, string? ContentType, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Last part of the problem's type.</summary>
    public string? Problem => ContentType == "application/problem+json" ? Json.GetProperty("type").GetString()!.Split(':')[^1] : null;

    /// <summary>Where the problems are.</summary>
    public string[] Paths => Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray().Select(e => e.GetProperty("path").GetString()!)] : [];
}
