using System.Text.Json;

namespace Longer.Grid.Gateway;

internal static class JsonWriterExtensions
{
    /// <summary>A number, or <c>null</c> where there is none.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
