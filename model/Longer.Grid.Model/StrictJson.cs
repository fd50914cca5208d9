using System.Text.Json;
using System.Text.Unicode;

namespace Longer.Grid.Model;

/// <summary>Parses the JSON of a model's files: no comments, no repeated field, no bytes or escapes that are not text.</summary>
internal static class StrictJson
{
    /// <exception cref="ModelFormatException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8Json, int maxDepth, string file, string what)
    {
        // The parser does not look into strings, and fails as if by misuse when such a one is read.
        if (!Utf8.IsValid(utf8Json.Span))
        {
            throw new ModelFormatException(file, [$"{what} is not valid UTF-8"]);
        }

        try
        {
            return JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter where a field's name escapes half a surrogate pair.
            throw new ModelFormatException(file, [$"{what} is not valid JSON: {e.Message}"], e);
        }
    }
}
