using System.Globalization;
using System.Text;

namespace Longer.Grid.Gateway;

/// <summary>Where a reader stands in a body; made into text only when something is wrong.</summary>
internal sealed class JsonPath
{
    private const int ShownNameChars = 64;

    private readonly (string? Name, int Index)[] _steps = new (string?, int)[8];
    private int _depth;

    /// <summary>Enters an object or an array.</summary>
    public void Enter() => _steps[_depth++] = (null, -1);

    /// <summary>Leaves the object or array entered last.</summary>
    public void Leave() => _depth--;

    /// <summary>Names the property at hand, <see langword="null"/> for none.</summary>
    public void At(string? name) => _steps[_depth - 1].Name = name;

    /// <summary>Numbers the element at hand.</summary>
    public void At(int index) => _steps[_depth - 1].Index = index;

    /// <summary>The path with one more property.</summary>
    public string With(string name)
    {
        var text = new StringBuilder(ToString());
        AppendName(text, name);
        return text.ToString();
    }

    /// <summary>A JSON path (RFC 9535); a long name is cut.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("$");
        foreach (var (name, index) in _steps.AsSpan(0, _depth))
        {
            if (name is not null)
            {
                AppendName(text, name);
            }
            else if (index >= 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            }
        }

        return text.ToString();
    }

    private static void AppendName(StringBuilder text, string name)
    {
        if (name.Length is > 0 and <= ShownNameChars && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            text.Append('.').Append(name);
            return;
        }

        text.Append("['");
        foreach (var rune in name.EnumerateRunes().Take(ShownNameChars))
        {
            _ = rune.Value switch
            {
                '\'' or '\\' => text.Append('\\').Append(rune),
                < 0x20 or (>= 0x7F and < 0xA0) => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => text.Append(rune),
            };
        }

        text.Append(name.Length > ShownNameChars ? "…']" : "']");
    }
}
