using System.Text.Json;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>Reads the <c>metrics.json</c> of an upload: it is kept as it is, but for the version that it says the model comes from.</summary>
internal static class UploadedMetrics
{
    private const int Longest = 1 << 20;

    private const int VersionChars = 64;

    /// <summary>The file, a JSON object without white space, and its <c>lineage.parent</c>; both <see langword="null"/> where there is none.</summary>
    /// <exception cref="ModelRejectedException">It is too long or no JSON object, or the parent is no version.</exception>
    public static async Task<(string? Json, string? Parent)> ReadAsync(IModelStore store, string uploadId, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenUploadAsync(uploadId, ModelPart.Metrics, cancellationToken);
        if (stream is null)
        {
            return (null, null);
        }

        if (stream.Length > Longest)
        {
            throw Rejected($"it has {stream.Length} bytes; accepted are {Longest}");
        }

        try
        {
            using var json = await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = 32 }, cancellationToken);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (JsonSerializer.Serialize(json.RootElement), ParentOf(json.RootElement))
                : throw Rejected("it is not a JSON object");
        }
        catch (JsonException e)
        {
            throw Rejected($"it is not valid JSON: {e.Message}");
        }
    }

    private static string? ParentOf(JsonElement metrics)
    {
        if (!metrics.TryGetProperty("lineage", out var lineage) || lineage.ValueKind != JsonValueKind.Object
            || !lineage.TryGetProperty("parent", out var parent) || parent.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return parent.ValueKind == JsonValueKind.String && parent.GetString() is { Length: VersionChars } version && version.All(char.IsAsciiHexDigitLower)
            ? version
            : throw Rejected("lineage.parent is not a version; accepted are 64 lower-case hex digits, or null");
    }

    private static ModelRejectedException Rejected(string problem) => new(ModelPackage.MetricsFileName, [problem], $"{ModelPackage.MetricsFileName}: {problem}");
}
