using System.Text;

namespace Longer.Grid.Training.Tests;

public sealed class DataSchemaTests
{
    private const string Events = "\"events\": { \"user\": \"u\", \"item\": \"i\", \"action\": \"a\", \"at\": { \"column\": \"t\", \"unit\": \"ms\" } }";

    [Fact]
    public void A_whole_schema_is_read_field_by_field()
    {
        var schema = Parse("""
            { "events": { "user": "user", "item": "item", "action": "what", "at": { "column": "when", "unit": "iso" }, "sides": { "dir": "d", "ext": "e" } },
              "impressions": { "request": "r", "user": "u", "item": "i", "at": { "column": "t", "unit": "ms" }, "labels": { "like": "l" } },
              "tasks": { "like": { "positive": ["like", "love"], "negative": ["skip"] } } }
            """);

        Assert.Equal(("user", "item", "what"), (schema.Events.User, schema.Events.Item, schema.Events.Action));
        Assert.Equal(new TimeColumn("when", TimeUnit.Iso), schema.Events.At);
        Assert.Equal([new("dir", "d"), new("ext", "e")], schema.Events.Sides);
        Assert.Equal(("r", "u", "i", new TimeColumn("t", TimeUnit.Milliseconds)), (schema.Impressions!.Request, schema.Impressions.User, schema.Impressions.Item, schema.Impressions.At));
        Assert.Equal([new("like", "l")], schema.Impressions.Labels);
        Assert.Equal(["like", "love"], schema.Tasks[0].Positive);
        Assert.Equal(["skip"], schema.Tasks[0].Negative);
    }

    [Theory]
    [InlineData("[]", "the document is []; accepted is an object")]
    [InlineData("{}", "events is missing")]
    [InlineData("""{ "events": { "user": "\ud800", "item": "i", "action": "a", "at": { "column": "t", "unit": "s" } } }""", "events.user is ")]
    [InlineData("""{ "\udfff": 1, "events": 5 }""", "a text in it holds half of a surrogate pair")]
    [InlineData("""{ "events": 5 }""", "events is 5; accepted is an object")]
    [InlineData("""{ "events": { "user": "u", "item": 7, "action": "a", "at": { "column": "t", "unit": "s" } } }""", "events.item is 7; accepted is a text")]
    [InlineData("""{ "events": { "user": "u", "item": "", "action": "a", "at": { "column": "t", "unit": "s" } } }""", "events.item is \"\"; accepted is a text")]
    [InlineData("""{ "events": { "user": "u", "item": "i", "action": "a", "at": { "column": "t", "unit": "h" } } }""", "events.at.unit is \"h\"; accepted is one of \"s\", \"ms\", \"iso\"")]
    [InlineData("""{ "events": { "user": "u", "item": "i", "action": "a", "at": { "column": "t", "unit": "s", "zone": "x" } } }""", "events.at.zone is not a field of a schema")]
    [InlineData("""{ "events": { "user": "u", "item": "i", "at": { "unit": "s" } } }""", "events.action is missing; events.at.column is missing")]
    [InlineData("""{ "events": { "user": "u", "item": "i", "action": "a", "at": { "column": "t", "unit": "s" }, "sides": { "Dir": "d" } } }""", "events.sides.Dir is not a name")]
    [InlineData("""{ "events": { "user": "u", "item": "i", "action": "a", "at": { "column": "t", "unit": "s" }, "sides": { "item": "d" } } }""", "events.sides.item has a name that means something else")]
    [InlineData($$"""{ {{Events}}, "impresions": {} }""", "impresions is not a field of a schema; accepted here are events, impressions, tasks")]
    [InlineData($$"""{ {{Events}}, "impressions": { "request": "r", "user": "u", "item": "i", "at": { "column": "t", "unit": "s" } } }""", "impressions.labels is missing")]
    [InlineData($$"""{ {{Events}}, "impressions": { "request": "r", "user": "u", "item": "i", "at": { "column": "t", "unit": "s" }, "labels": {} } }""", "impressions.labels is empty")]
    [InlineData(
        """{ "events": { "user": "u", "item": "i", "action": "a", "at": { "column": "t", "unit": "s" }, "sides": { "dir": "d", "ext": "e" } }, "impressions": { "request": "r", "user": "u", "item": "i", "at": { "column": "t", "unit": "s" }, "sides": { "ext": "e", "direct": "d" }, "labels": { "like": "l" } } }""",
        "impressions.sides.direct is not a side of the events; accepted here are those of events.sides: dir, ext")]
    [InlineData(
        $$"""{ {{Events}}, "impressions": { "request": "r", "user": "u", "item": "i", "at": { "column": "t", "unit": "s" }, "sides": { "dir": "d" }, "labels": { "like": "l" } } }""",
        "impressions.sides.dir is not a side of the events; accepted here are none, since events.sides has none")]
    [InlineData($$"""{ {{Events}}, "tasks": { "like": { "negative": ["skip"] } } }""", "tasks.like.positive is missing")]
    [InlineData($$"""{ {{Events}}, "tasks": { "like": { "positive": [] } } }""", "tasks.like.positive is []; accepted is a list of at least one text")]
    [InlineData($$"""{ {{Events}}, "tasks": { "like": { "positive": ["a", "a"] } } }""", "tasks.like.positive[1] is \"a\", which stands in the list twice")]
    [InlineData($$"""{ {{Events}}, "tasks": { "like": { "positive": ["a"], "negative": ["a"] } } }""", "tasks.like has \"a\" as both positive and negative")]
    [InlineData($$"""{ {{Events}}, "tasks": { "like": { "positive": ["a"], "negative": ["b"] }, "buy": { "positive": ["c"] } } }""", "tasks.buy.negative is missing")]
    [InlineData($$"""{ {{Events}}, {{Events}} }""", "it is not valid JSON")]
    [InlineData("""{ "events": """, "it is not valid JSON")]
    public void A_wrong_field_is_named_with_file_path_and_what_is_accepted(string json, string expected)
    {
        var error = Assert.Throws<DataSetException>(() => Parse(json));

        Assert.StartsWith("schema.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schemas_that_ship_with_the_project_are_schemas()
    {
        var folder = Path.Combine(SharedData.Root, "docs", "schemas");
        var shipped = Directory.GetFiles(folder, "*.json").ToDictionary(f => Path.GetFileName(f), DataSchemaJson.Load);

        Assert.Equal(["git-history.json", "online-retail.json"], shipped.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["dir", "ext"], shipped["git-history.json"].Events.Sides.Select(s => s.Name));
        Assert.Equal("touched", Assert.Single(DataSchemaJson.GitHistory.Impressions!.Labels).Name);
        Assert.Empty(Assert.Single(shipped["online-retail.json"].Tasks).Negative);
    }

    [Fact]
    public void A_schema_that_is_not_there_is_named()
    {
        var error = Assert.Throws<DataSetException>(() => DataSchemaJson.Load("nowhere/schema.json"));

        Assert.StartsWith("nowhere/schema.json cannot be read: ", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    private static DataSchema Parse(string json) => DataSchemaJson.Parse(Encoding.UTF8.GetBytes(json), "schema.json");
}
