using System.Text.Json;

namespace Longer.Grid.Gateway;

/// <summary>Texts of a JSON body, which may not be text: an escape can be half of a surrogate pair.</summary>
internal static class JsonText
{
    /// <summary>Decodes the string or property name that a reader stands on.</summary>
    public static bool TryGet(in Utf8JsonReader json, out string text)
    {
        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }
}
