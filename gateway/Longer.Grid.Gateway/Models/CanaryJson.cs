using System.Text.Json;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>A canary as JSON.</summary>
internal static class CanaryJson
{
    /// <summary>Writes it, or a null.</summary>
    public static void WriteCanary(this Utf8JsonWriter json, CanaryShare? canary)
    {
        if (canary is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("version"u8, canary.Version);
        json.WriteNumber("percent"u8, canary.Percent);
        json.WriteEndObject();
    }
}
