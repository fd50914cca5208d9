namespace Longer.Grid.Gateway;

/// <summary>What every id has to keep to, wherever it is given.</summary>
internal static class Ids
{
    /// <summary>Whether a text holds a control character (C0, DEL or C1).</summary>
    public static bool HasControlCharacter(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\0', '\u001F') || text.ContainsAnyInRange('\u007F', '\u009F');
}
