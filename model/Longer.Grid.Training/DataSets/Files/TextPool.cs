using System.Text;

namespace Longer.Grid.Training;

/// <summary>One string for each different id of a data set, checked once: files say the same few names over and over.</summary>
internal sealed class TextPool
{
    private const int LongestIdBytes = 256;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The pooled string of an id.</summary>
    /// <returns><see langword="null"/> if it is not one: longer than 256 bytes of UTF-8, or with a control character.</returns>
    public string? TryId(string text)
    {
        if (_texts.TryGetValue(text, out var pooled))
        {
            return pooled;
        }

        if (!IsId(text))
        {
            return null;
        }

        _texts.Add(text, text);
        return text;
    }

    /// <summary>Whether a text is 1 to 256 bytes of UTF-8 without control characters.</summary>
    public static bool IsId(string text) =>
        text.Length is >= 1 and <= LongestIdBytes && Encoding.UTF8.GetByteCount(text) <= LongestIdBytes && !text.Any(char.IsControl);
}
