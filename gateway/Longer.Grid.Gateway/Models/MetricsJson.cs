using System.Text.Json;
using System.Text.Unicode;

namespace Longer.Grid.Gateway;

/// <summary>Checks a <c>metrics</c> part before it is kept: it is put as it is into every list of models.</summary>
internal static class MetricsJson
{
    /// <summary>What is wrong with it; <see langword="null"/> for a JSON object.</summary>
    public static string? Problem(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return "is not valid UTF-8";
        }

        try
        {
            var json = new Utf8JsonReader(utf8);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                return "is not a JSON object";
            }

            do
            {
                if (json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && json.ValueIsEscaped)
                {
                    _ = json.GetString();
                }
            }
            while (json.Read());
            return null;
        }
        catch (JsonException e)
        {
            return $"is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
        }
        catch (InvalidOperationException)
        {
            return "holds half of a surrogate pair";
        }
    }
}
