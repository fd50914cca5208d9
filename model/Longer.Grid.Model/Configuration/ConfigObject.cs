using System.Text.Json;

namespace Longer.Grid.Model;

/// <summary>One JSON object of a config, read field by field; what is wrong is written down and reading goes on.</summary>
internal sealed class ConfigObject(string path, JsonElement element, List<string> problems)
{
    public const string NameRule = "a name [a-z][a-z0-9_]{0,63}";

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly bool _isObject = IsObject(path, element, problems);

    public static bool IsName(string value) =>
        value.Length is >= 1 and <= 64 && char.IsAsciiLetterLower(value[0])
        && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    public int Rows() => Integer("rows", 2, int.MaxValue);

    public int Integer(string name, int least, int most)
    {
        if (Find(name, required: true) is not { } value)
        {
            return least;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add($"{path}{name} is {Shown(value)}; accepted is a whole number from {least} to {most}");
        return least;
    }

    public void Constant(string name, object accepted)
    {
        if (Find(name, required: true) is { } value && value.GetRawText() != JsonSerializer.Serialize(accepted))
        {
            problems.Add($"{path}{name} is {Shown(value)}; accepted is {JsonSerializer.Serialize(accepted)}");
        }
    }

    public ConfigObject Object(string name) =>
        Find(name, required: true) is { } value ? new($"{path}{name}.", value, problems) : new($"{path}{name}.", default, problems);

    /// <summary>A list of tables that may be absent.</summary>
    public List<FeatureTable> Tables(string name, Func<ConfigObject, int> dim)
    {
        var tables = new List<FeatureTable>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (at, value) in List(name, required: false))
        {
            var table = new ConfigObject($"{at}.", value, problems);
            var tableName = table.Name(seen);
            tables.Add(new FeatureTable(tableName, table.Rows(), dim(table)));
            table.RefuseOthers();
        }

        return tables;
    }

    public List<string> Strings(string name, string rule, Func<string, bool> isAccepted)
    {
        var strings = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (at, value) in List(name, required: true))
        {
            strings.Add(Checked(at, value, rule, isAccepted, seen));
        }

        return strings;
    }

    public void RefuseOthers()
    {
        if (!_isObject)
        {
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
            {
                problems.Add($"{path}{property.Name} is not a field of a config; accepted here are {string.Join(", ", _known)}");
            }
        }
    }

    private static bool IsObject(string path, JsonElement element, List<string> problems)
    {
        // An undefined element stands for a missing one, which has been written down already.
        if (element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            problems.Add($"{(path.Length == 0 ? "the document" : path.TrimEnd('.'))} is {Shown(element)}; accepted is an object");
        }

        return element.ValueKind == JsonValueKind.Object;
    }

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
    }

    private string Name(HashSet<string> seen) =>
        Find("name", required: true) is { } value ? Checked($"{path}name", value, NameRule, IsName, seen) : "";

    private string Checked(string at, JsonElement value, string rule, Func<string, bool> isAccepted, HashSet<string> seen)
    {
        if (value.ValueKind != JsonValueKind.String || !TryGetString(value, out var text) || !isAccepted(text))
        {
            problems.Add($"{at} is {Shown(value)}; accepted is {rule}");
            return "";
        }

        if (!seen.Add(text))
        {
            problems.Add($"{at} is \"{text}\", which stands in the list twice; accepted are unique values");
        }

        return text;
    }

    private static bool TryGetString(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate.
            text = "";
            return false;
        }
    }

    private IEnumerable<(string At, JsonElement Value)> List(string name, bool required)
    {
        if (Find(name, required) is not { } list)
        {
            yield break;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add($"{path}{name} is {Shown(list)}; accepted is a list");
            yield break;
        }

        var index = 0;
        foreach (var value in list.EnumerateArray())
        {
            yield return ($"{path}{name}[{index++}]", value);
        }
    }

    private JsonElement? Find(string name, bool required)
    {
        _known.Add(name);
        if (_isObject && element.TryGetProperty(name, out var value))
        {
            return value;
        }

        if (required && (_isObject || element.ValueKind == JsonValueKind.Undefined))
        {
            problems.Add($"{path}{name} is missing");
        }

        return null;
    }
}
