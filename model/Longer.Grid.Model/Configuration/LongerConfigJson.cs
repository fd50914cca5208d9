using System.Text;
using System.Text.Json;

namespace Longer.Grid.Model;

/// <summary>Reads and writes <c>config.json</c> (MODEL.md section 10), naming every field that is wrong.</summary>
public static class LongerConfigJson
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "config.json";

    /// <summary>Reads a config.</summary>
    /// <param name="utf8Json">The file's bytes.</param>
    /// <returns>A config that meets every rule of MODEL.md section 10.</returns>
    /// <exception cref="ModelFormatException">It is not JSON, or a field is missing, unknown or out of range: all are named.</exception>
    public static LongerConfig Parse(ReadOnlyMemory<byte> utf8Json)
    {
        using var document = StrictJson.Parse(utf8Json, maxDepth: 8, FileName, "it");
        var problems = new List<string>();
        var config = Read(new ConfigObject("", document.RootElement, problems));
        if (problems.Count == 0)
        {
            CheckTogether(config, problems);
        }

        return problems.Count == 0 ? config : throw new ModelFormatException(FileName, problems);
    }

    /// <summary>Writes a config the way <see cref="Parse"/> reads it, indented, UTF-8 without a mark.</summary>
    public static byte[] Write(LongerConfig config)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("model_type", "longer");
            json.WriteNumber("format", 1);
            json.WriteNumber("max_events", config.MaxEvents);
            json.WriteNumber("event_dim", config.EventDim);
            json.WriteNumber("group_size", config.GroupSize);
            json.WriteNumber("inner_layers", config.InnerLayers);
            json.WriteNumber("inner_heads", config.InnerHeads);
            json.WriteNumber("heads", config.Heads);
            json.WriteNumber("self_layers", config.SelfLayers);
            json.WriteNumber("recent_groups", config.RecentGroups);
            json.WriteNumber("cls_tokens", config.ClsTokens);
            json.WriteStartObject("item");
            json.WriteNumber("rows", config.Item.Rows);
            json.WriteNumber("dim", config.Item.Dim);
            json.WriteEndObject();
            json.WriteStartObject("user");
            json.WriteNumber("rows", config.UserRows);
            json.WriteEndObject();
            WriteTables(json, "sides", config.Sides, withDim: true);
            WriteTables(json, "profile", config.Profile, withDim: false);
            WriteStrings(json, "actions", config.Actions);
            json.WriteNumber("action_dim", config.ActionDim);
            json.WriteNumber("gap_dim", config.GapDim);
            json.WriteNumber("cross_dim", config.CrossDim);
            WriteStrings(json, "tasks", config.Tasks);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static LongerConfig Read(ConfigObject root)
    {
        root.Constant("model_type", "longer");
        root.Constant("format", 1);
        var eventDim = root.Integer("event_dim", 1, 8192);
        var groupSize = root.Integer("group_size", 1, 64);
        var modelDim = eventDim * groupSize;
        var item = root.Object("item");
        var user = root.Object("user");
        var config = new LongerConfig
        {
            MaxEvents = root.Integer("max_events", 1, 10_000_000),
            EventDim = eventDim,
            GroupSize = groupSize,
            InnerLayers = root.Integer("inner_layers", 0, 64),
            InnerHeads = root.Integer("inner_heads", 1, 8192),
            Heads = root.Integer("heads", 1, 8192),
            SelfLayers = root.Integer("self_layers", 1, 8),
            RecentGroups = root.Integer("recent_groups", 1, 10_000_000),
            ClsTokens = root.Integer("cls_tokens", 0, 1024),
            Item = new FeatureTable("item", item.Rows(), item.Integer("dim", 1, 8192)),
            UserRows = user.Rows(),
            Sides = root.Tables("sides", side => side.Integer("dim", 1, 8192)),
            Profile = root.Tables("profile", _ => modelDim),
            Actions = root.Strings("actions", "a string of 1 to 64 UTF-8 bytes", a => Encoding.UTF8.GetByteCount(a) is >= 1 and <= 64),
            ActionDim = root.Integer("action_dim", 1, 8192),
            GapDim = root.Integer("gap_dim", 1, 8192),
            CrossDim = root.Integer("cross_dim", 1, 8192),
            Tasks = root.Strings("tasks", ConfigObject.NameRule, ConfigObject.IsName),
        };
        item.RefuseOthers();
        user.RefuseOthers();
        root.RefuseOthers();
        return config;
    }

    private static void CheckTogether(LongerConfig config, List<string> problems)
    {
        Divides("heads", config.Heads, "group_size * event_dim", config.ModelDim);
        Divides("inner_heads", config.InnerHeads, "event_dim", config.EventDim);
        if (config.RecentGroups > config.VisibleGroups)
        {
            problems.Add($"recent_groups is {config.RecentGroups}; accepted is 1 to ceil(max_events / group_size) = {config.VisibleGroups}");
        }

        if (config.Tasks.Count == 0)
        {
            problems.Add("tasks is empty; accepted is a list of at least one name");
        }

        for (var i = 0; i < config.Sides.Count; i++)
        {
            if (config.Sides[i].Name == "item")
            {
                problems.Add($"sides[{i}].name is \"item\"; accepted is any other name, since the item has a table of its own");
            }
        }

        void Divides(string name, int value, string of, int whole)
        {
            if (whole % value != 0)
            {
                problems.Add($"{name} is {value}; accepted is a divisor of {of} = {whole}");
            }
        }
    }

    private static void WriteTables(Utf8JsonWriter json, string name, IReadOnlyList<FeatureTable> tables, bool withDim)
    {
        json.WriteStartArray(name);
        foreach (var table in tables)
        {
            json.WriteStartObject();
            json.WriteString("name", table.Name);
            json.WriteNumber("rows", table.Rows);
            if (withDim)
            {
                json.WriteNumber("dim", table.Dim);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
