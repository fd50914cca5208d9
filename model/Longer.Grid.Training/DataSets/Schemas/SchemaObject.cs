using System.Text.Json;

namespace Longer.Grid.Training;

/// <summary>One JSON object of a schema, read field by field; what is wrong is written down and reading goes on.</summary>
internal sealed class SchemaObject
{
    private readonly string _path;
    private readonly JsonElement _element;
    private readonly List<string> _problems;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="path">Where it stands, with a dot at its end unless it is the document.</param>
    /// <param name="element">The object; undefined stands for one whose absence has been written down already.</param>
    /// <param name="problems">What is wrong so far.</param>
    public SchemaObject(string path, JsonElement element, List<string> problems)
    {
        (_path, _element, _problems) = (path, element, problems);
        if (element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            problems.Add($"{(path.Length == 0 ? "the document" : path.TrimEnd('.'))} is {Shown(element)}; accepted is an object");
            _element = default;
        }
    }

    public SchemaObject Object(string name) => new($"{_path}{name}.", Find(name, required: true) ?? default, _problems);

    public SchemaObject? OptionalObject(string name) =>
        Find(name, required: false) is { } value ? new($"{_path}{name}.", value, _problems) : null;

    /// <summary>A required text of at least one character.</summary>
    public string Text(string name) => Find(name, required: true) is { } value ? Text($"{_path}{name}", value) : "";

    public T Choice<T>(string name, params ReadOnlySpan<(string Text, T Value)> choices)
    {
        if (Find(name, required: true) is not { } value)
        {
            return choices[0].Value;
        }

        var accepted = new List<string>();
        foreach (var (text, choice) in choices)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(text))
            {
                return choice;
            }

            accepted.Add($"\"{text}\"");
        }

        _problems.Add($"{_path}{name} is {Shown(value)}; accepted is one of {string.Join(", ", accepted)}");
        return choices[0].Value;
    }

    /// <summary>A list of different texts; a required one is not empty.</summary>
    public List<string> Texts(string name, bool required)
    {
        var texts = new List<string>();
        if (Find(name, required) is not { } list)
        {
            return texts;
        }

        if (list.ValueKind != JsonValueKind.Array || (required && list.GetArrayLength() == 0))
        {
            _problems.Add($"{_path}{name} is {Shown(list)}; accepted is a list of {(required ? "at least one text" : "texts")}");
            return texts;
        }

        foreach (var value in list.EnumerateArray())
        {
            var at = $"{_path}{name}[{texts.Count}]";
            var text = Text(at, value);
            if (texts.Contains(text))
            {
                _problems.Add($"{at} is \"{text}\", which stands in the list twice; accepted are unique values");
            }

            texts.Add(text);
        }

        return texts;
    }

    /// <summary>An object from names in the grid to columns; a required one is not empty.</summary>
    public List<NamedColumn> Columns(string name, bool required, string? refused)
    {
        var columns = new List<NamedColumn>();
        if (Find(name, required) is not { } value)
        {
            return columns;
        }

        var map = new SchemaObject($"{_path}{name}.", value, _problems);
        foreach (var key in map.Names())
        {
            columns.Add(new(key, map.Text(key)));
            if (key == refused)
            {
                _problems.Add($"{_path}{name}.{key} has a name that means something else; accepted is any other");
            }
        }

        if (required && columns.Count == 0 && value.ValueKind == JsonValueKind.Object)
        {
            _problems.Add($"{_path}{name} is empty; accepted is at least one name and its column");
        }

        return columns;
    }

    /// <summary>The object's keys, each a name in the grid.</summary>
    public List<string> Names()
    {
        var names = new List<string>();
        if (_element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in _element.EnumerateObject())
            {
                names.Add(property.Name);
                if (!IsName(property.Name))
                {
                    _problems.Add($"{_path}{property.Name} is not a name; accepted is [a-z][a-z0-9_]{{0,63}}");
                }
            }
        }

        return names;
    }

    public void RefuseOthers()
    {
        if (_element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in _element.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
            {
                _problems.Add($"{_path}{property.Name} is not a field of a schema; accepted here are {string.Join(", ", _known)}");
            }
        }
    }

    private static bool IsName(string value) =>
        value.Length is >= 1 and <= 64 && char.IsAsciiLetterLower(value[0])
        && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
    }

    private string Text(string at, JsonElement value)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
            {
                return text;
            }
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate, or bytes that are not UTF-8: as wrong as any other value, and named below.
        }

        _problems.Add($"{at} is {Shown(value)}; accepted is a text of at least one character");
        return "";
    }

    private JsonElement? Find(string name, bool required)
    {
        _known.Add(name);
        if (_element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(name, out var value))
        {
            return value;
        }

        if (required && _element.ValueKind == JsonValueKind.Object)
        {
            _problems.Add($"{_path}{name} is missing");
        }

        return null;
    }
}
