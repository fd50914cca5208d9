using System.Text.Json;

namespace Longer.Grid.Training;

/// <summary>Reads schema files, naming every field that is wrong.</summary>
public static class DataSchemaJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>The schema of git histories: what <c>--git</c> makes, and the same as <c>docs/schemas/git-history.json</c>.</summary>
    public static DataSchema GitHistory { get; } = Embedded("git-history.json");

    /// <summary>Reads a schema file.</summary>
    /// <exception cref="DataSetException">The file cannot be read or is not a schema; every wrong field is named.</exception>
    public static DataSchema Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a schema.</summary>
    /// <param name="utf8Json">The file's bytes.</param>
    /// <param name="file">The file as its user calls it.</param>
    /// <exception cref="DataSetException">It is not JSON, or a field is missing, unknown or not accepted: all are named.</exception>
    public static DataSchema Parse(ReadOnlyMemory<byte> utf8Json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8Json, Strict);
            var problems = new List<string>();
            var schema = Read(new SchemaObject("", document.RootElement, problems), problems);
            return problems.Count == 0 ? schema : throw new DataSetException($"{file}: {string.Join("; ", problems)}");
        }
        catch (JsonException e)
        {
            throw new DataSetException($"{file}: it is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // What an escape such as \ud800 stands for is looked at only when a text is read.
            throw new DataSetException($"{file}: a text in it holds half of a surrogate pair", e);
        }
    }

    private static DataSchema Read(SchemaObject root, List<string> problems)
    {
        var events = root.Object("events");
        var impressions = root.OptionalObject("impressions");
        var schema = new DataSchema
        {
            Events = new(events.Text("user"), events.Text("item"), events.Text("action"), Time(events), Sides(events)),
            Impressions = impressions is null ? null : new(
                impressions.Text("request"),
                impressions.Text("user"),
                impressions.Text("item"),
                Time(impressions),
                Sides(impressions),
                impressions.Columns("labels", required: true, refused: null)),
            Tasks = Tasks(root, problems),
        };
        foreach (var side in schema.Impressions?.Sides ?? [])
        {
            // No history would have a value of it, and no table a size for it.
            if (!schema.Events.Sides.Any(s => s.Name == side.Name))
            {
                problems.Add(
                    $"impressions.sides.{side.Name} is not a side of the events; accepted here are "
                    + (schema.Events.Sides.Count == 0 ? "none, since events.sides has none" : $"those of events.sides: {string.Join(", ", schema.Events.Sides.Select(s => s.Name))}"));
            }
        }

        events.RefuseOthers();
        impressions?.RefuseOthers();
        root.RefuseOthers();
        return schema;
    }

    private static TimeColumn Time(SchemaObject of)
    {
        var at = of.Object("at");
        var column = new TimeColumn(at.Text("column"), at.Choice("unit", ("s", TimeUnit.Seconds), ("ms", TimeUnit.Milliseconds), ("iso", TimeUnit.Iso)));
        at.RefuseOthers();
        return column;
    }

    // The item has a table of its own, so that no side can be called so (MODEL.md section 10).
    private static List<NamedColumn> Sides(SchemaObject of) => of.Columns("sides", required: false, refused: "item");

    private static List<TaskRule> Tasks(SchemaObject root, List<string> problems)
    {
        var rules = new List<TaskRule>();
        if (root.OptionalObject("tasks") is not { } tasks)
        {
            return rules;
        }

        foreach (var name in tasks.Names())
        {
            var task = tasks.Object(name);
            var rule = new TaskRule(name, task.Texts("positive", required: true), task.Texts("negative", required: false));
            task.RefuseOthers();
            rules.Add(rule);
            if (rule.Positive.Intersect(rule.Negative).FirstOrDefault() is { } both)
            {
                problems.Add($"tasks.{name} has \"{both}\" as both positive and negative; accepted is one of them");
            }
        }

        if (rules.Count > 1 && rules.Find(r => r.Negative.Count == 0) is { } alone)
        {
            problems.Add($"tasks.{alone.Task}.negative is missing; it may be only where there is one task, whose negatives are then sampled");
        }

        return rules;
    }

    private static DataSchema Embedded(string name)
    {
        using var resource = typeof(DataSchemaJson).Assembly.GetManifestResourceStream($"schemas.{name}")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return Parse(bytes.ToArray(), name);
    }
}
