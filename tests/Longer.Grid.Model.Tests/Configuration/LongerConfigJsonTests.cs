using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>Every rule of MODEL.md section 10 that is about <c>config.json</c>.</summary>
public sealed class LongerConfigJsonTests
{
    /// <summary>Fields that are whole numbers with bounds of their own.</summary>
    public static TheoryData<string, int, int> Bounds => new()
    {
        { "max_events", 1, 10_000_000 },
        { "event_dim", 1, 8192 },
        { "group_size", 1, 64 },
        { "inner_layers", 0, 64 },
        { "inner_heads", 1, 8192 },
        { "heads", 1, 8192 },
        { "self_layers", 1, 8 },
        { "recent_groups", 1, 10_000_000 },
        { "cls_tokens", 0, 1024 },
        { "item.rows", 2, int.MaxValue },
        { "item.dim", 1, 8192 },
        { "user.rows", 2, int.MaxValue },
        { "sides[0].rows", 2, int.MaxValue },
        { "sides[0].dim", 1, 8192 },
        { "profile[0].rows", 2, int.MaxValue },
        { "action_dim", 1, 8192 },
        { "gap_dim", 1, 8192 },
        { "cross_dim", 1, 8192 },
    };

    /// <summary>Fields that may not be left out.</summary>
    public static TheoryData<string> Required =>
    [
        "model_type", "format", "max_events", "event_dim", "group_size", "inner_layers", "inner_heads", "heads", "self_layers", "recent_groups",
        "cls_tokens", "item", "item.rows", "item.dim", "user", "user.rows", "sides[0].name", "sides[0].rows", "sides[0].dim", "profile[0].name",
        "profile[0].rows", "actions", "action_dim", "gap_dim", "cross_dim", "tasks",
    ];

    [Fact]
    public void The_sample_of_the_contract_is_read_field_by_field()
    {
        var config = SampleConfig.Parse(SampleConfig.Text);

        Assert.Equal(
            (10_000, 32, 4, 1, 2, 4, 2, 100, 1),
            (config.MaxEvents, config.EventDim, config.GroupSize, config.InnerLayers, config.InnerHeads, config.Heads, config.SelfLayers, config.RecentGroups, config.ClsTokens));
        Assert.Equal(new FeatureTable("item", 200_000, 32), config.Item);
        Assert.Equal(50_000, config.UserRows);
        Assert.Equal([new FeatureTable("artist", 50_000, 16)], config.Sides);
        Assert.Equal([new FeatureTable("country", 300, 128)], config.Profile);
        Assert.Equal(["play", "skip", "like"], config.Actions);
        Assert.Equal((8, 8, 8), (config.ActionDim, config.GapDim, config.CrossDim));
        Assert.Equal(["like"], config.Tasks);

        // Section 1 and 7: D, T, T + N·k groups and one event more, G.
        Assert.Equal((128, 2500, 2700, 10_801L, 2, 3), (config.ModelDim, config.VisibleGroups, config.RetainedGroups, config.RetainedEvents, config.UserGlobals, config.Layers));
        Assert.Equal(32 + 16 + 8 + 8, config.EventInputDim);
        Assert.Equal(32 + 16 + (2 * 8) + (2 * 8), config.CandidateInputDim);
    }

    [Theory]
    [MemberData(nameof(Bounds))]
    public void A_number_is_accepted_up_to_both_its_bounds_and_refused_beyond(string path, int least, int most)
    {
        Assert.DoesNotContain(OwnProblem(path, $"{least}"), SampleConfig.Problems(SampleConfig.With(path, $"{least}")));
        Assert.DoesNotContain(OwnProblem(path, $"{most}"), SampleConfig.Problems(SampleConfig.With(path, $"{most}")));
        Assert.Equal([OwnProblem(path, $"{least - 1L}")], SampleConfig.Problems(SampleConfig.With(path, $"{least - 1L}")));
        Assert.Equal([OwnProblem(path, $"{most + 1L}")], SampleConfig.Problems(SampleConfig.With(path, $"{most + 1L}")));

        string OwnProblem(string field, string value) => $"{field} is {value}; accepted is a whole number from {least} to {most}";
    }

    [Theory]
    [MemberData(nameof(Bounds))]
    public void A_number_is_a_whole_JSON_number(string path, int least, int most)
    {
        foreach (var json in new[] { "2.5", "\"2\"", "true", "null", "[2]", "{}", "1e99", "-9223372036854775809" })
        {
            // A null in JSON is a value, and a wrong one; JsonNode would take it for a missing field.
            var text = SampleConfig.With(path, "\"@\"").Replace("\"@\"", json, StringComparison.Ordinal);
            Assert.Equal([$"{path} is {json}; accepted is a whole number from {least} to {most}"], SampleConfig.Problems(text));
        }
    }

    [Theory]
    [MemberData(nameof(Required))]
    public void A_missing_field_is_named(string path) =>
        Assert.Contains($"{path} is missing", SampleConfig.Problems(SampleConfig.With(path, null)));

    [Theory]
    [InlineData("sides")]
    [InlineData("profile")]
    public void A_model_without_side_or_profile_features_leaves_them_out_or_empty(string path)
    {
        Assert.Empty(SampleConfig.Problems(SampleConfig.With(path, null)));
        Assert.Empty(SampleConfig.Problems(SampleConfig.With(path, "[]")));
    }

    [Theory]
    [InlineData("learning_rate")]
    [InlineData("Heads")]
    [InlineData("item.name")]
    [InlineData("user.dim")]
    [InlineData("sides[0].dims")]
    [InlineData("profile[0].dim")]
    public void An_unknown_field_is_refused(string path) =>
        Assert.Contains(SampleConfig.Problems(SampleConfig.With(path, "3")), problem => problem.StartsWith($"{path} is not a field of a config", StringComparison.Ordinal));

    [Theory]
    [InlineData("model_type", "\"shorter\"", "model_type is \"shorter\"; accepted is \"longer\"")]
    [InlineData("format", "2", "format is 2; accepted is 1")]
    [InlineData("format", "\"1\"", "format is \"1\"; accepted is 1")]
    [InlineData("heads", "3", "heads is 3; accepted is a divisor of group_size * event_dim = 128")]
    [InlineData("heads", "256", "heads is 256; accepted is a divisor of group_size * event_dim = 128")]
    [InlineData("inner_heads", "5", "inner_heads is 5; accepted is a divisor of event_dim = 32")]
    [InlineData("recent_groups", "2501", "recent_groups is 2501; accepted is 1 to ceil(max_events / group_size) = 2500")]
    [InlineData("max_events", "396", "recent_groups is 100; accepted is 1 to ceil(max_events / group_size) = 99")]
    [InlineData("tasks", "[]", "tasks is empty; accepted is a list of at least one name")]
    [InlineData("tasks", "{}", "tasks is {}; accepted is a list")]
    [InlineData("tasks", "[\"a\",\"a\"]", "tasks[1] is \"a\", which stands in the list twice; accepted are unique values")]
    [InlineData("tasks", "[\"Like\"]", "tasks[0] is \"Like\"; accepted is a name [a-z][a-z0-9_]{0,63}")]
    [InlineData("actions", "[\"a\",\"b\",\"a\"]", "actions[2] is \"a\", which stands in the list twice; accepted are unique values")]
    [InlineData("actions", "[\"\"]", "actions[0] is \"\"; accepted is a string of 1 to 64 UTF-8 bytes")]
    [InlineData("actions", "[7]", "actions[0] is 7; accepted is a string of 1 to 64 UTF-8 bytes")]
    [InlineData("sides", "7", "sides is 7; accepted is a list")]
    [InlineData("sides[0].name", "\"item\"", "sides[0].name is \"item\"; accepted is any other name, since the item has a table of its own")]
    [InlineData("profile[0].name", "7", "profile[0].name is 7; accepted is a name [a-z][a-z0-9_]{0,63}")]
    [InlineData("sides[0]", "7", "sides[0] is 7; accepted is an object")]
    [InlineData("item", "[]", "item is []; accepted is an object")]
    [InlineData("user", "7", "user is 7; accepted is an object")]
    public void A_broken_rule_is_told_with_the_field_the_value_and_what_is_accepted(string path, string json, string problem) =>
        Assert.Contains(problem, SampleConfig.Problems(SampleConfig.With(path, json)));

    // Divisors and the window's own bound; zero inner layers still need inner_heads to divide event_dim.
    [Theory]
    [InlineData("heads", "1")]
    [InlineData("heads", "128")]
    [InlineData("inner_heads", "32")]
    [InlineData("recent_groups", "2500")]
    [InlineData("max_events", "397")]
    [InlineData("inner_layers", "0")]
    [InlineData("cls_tokens", "0")]
    [InlineData("actions", "[]")]
    public void A_value_at_the_edge_of_a_rule_is_accepted(string path, string json) =>
        Assert.Empty(SampleConfig.Problems(SampleConfig.With(path, json)));

    [Fact]
    public void Inner_heads_divide_the_event_dim_even_where_there_is_no_inner_layer()
    {
        var json = SampleConfig.With("inner_heads", "3").Replace("\"inner_layers\":1", "\"inner_layers\":0", StringComparison.Ordinal);

        Assert.Equal(["inner_heads is 3; accepted is a divisor of event_dim = 32"], SampleConfig.Problems(json));
    }

    [Fact]
    public void A_name_is_a_lower_case_word_of_1_to_64_characters()
    {
        foreach (var name in new[] { "a", "a1_", new string('z', 64), "items" })
        {
            Assert.Empty(SampleConfig.Problems(SampleConfig.With("sides[0].name", $"\"{name}\"")));
            Assert.Empty(SampleConfig.Problems(SampleConfig.With("profile[0].name", $"\"{name}\"")));
            Assert.Empty(SampleConfig.Problems(SampleConfig.With("tasks[0]", $"\"{name}\"")));
        }

        foreach (var name in new[] { "", "_a", "1a", "A", "a-b", "a b", "\u00e4", "a\u00e4", "\u0661", new string('z', 65) })
        {
            Assert.Single(SampleConfig.Problems(SampleConfig.With("sides[0].name", $"\"{name}\"")));
            Assert.Single(SampleConfig.Problems(SampleConfig.With("profile[0].name", $"\"{name}\"")));
            Assert.Single(SampleConfig.Problems(SampleConfig.With("tasks[0]", $"\"{name}\"")));
        }
    }

    // Bytes of UTF-8, not characters: the note is four bytes.
    [Fact]
    public void An_action_is_a_text_of_1_to_64_bytes()
    {
        const string Note = "\ud83c\udfb5";

        Assert.Empty(SampleConfig.Problems(SampleConfig.With("actions[0]", $"\"{new string('a', 64)}\"")));
        Assert.Single(SampleConfig.Problems(SampleConfig.With("actions[0]", $"\"{new string('a', 65)}\"")));
        Assert.Empty(SampleConfig.Problems(SampleConfig.With("actions[0]", $"\"{string.Concat(Enumerable.Repeat(Note, 16))}\"")));
        Assert.Single(SampleConfig.Problems(SampleConfig.With("actions[0]", $"\"{string.Concat(Enumerable.Repeat(Note, 16))}a\"")));
    }

    [Fact]
    public void Names_are_unique_in_their_list_and_free_across_lists()
    {
        var side = """{ "name": "country", "rows": 9, "dim": 2 }""";

        Assert.Empty(SampleConfig.Problems(SampleConfig.With("sides", $"[{side}]")));
        Assert.Contains(
            "sides[1].name is \"country\", which stands in the list twice; accepted are unique values",
            SampleConfig.Problems(SampleConfig.With("sides", $"[{side},{side}]")));
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var broken = JsonNode.Parse(SampleConfig.Text)!;
        broken["format"] = 2;
        broken["group_size"] = 65;
        broken["item"]!["rows"] = 1;
        broken["sides"]![0]!["name"] = "Artist";
        broken["dropout"] = 0.1;
        broken.AsObject().Remove("tasks");

        Assert.Equal(6, SampleConfig.Problems(broken.ToJsonString()).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{ \"heads\": 4, \"heads\": 4 }")]
    [InlineData("{ \"heads\": 04 }")]
    [InlineData("{ /* four */ \"heads\": 4 }")]
    [InlineData("{ \"heads\": [[[[[[[[[4]]]]]]]]] }")]
    public void What_is_not_plain_JSON_is_refused(string json) =>
        Assert.StartsWith("it is not valid JSON: ", Assert.Single(SampleConfig.Problems(json)), StringComparison.Ordinal);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    public void What_is_not_an_object_is_refused(string json) =>
        Assert.Contains($"the document is {json}; accepted is an object", SampleConfig.Problems(json));

    [Fact]
    public void What_is_written_is_read_back()
    {
        Gen.Int[0, 100_000].Sample(
            seed =>
            {
                var config = RandomModels.Config(new Random(seed));
                var written = LongerConfigJson.Write(config);
                var read = LongerConfigJson.Parse(written);

                Assert.Equal(written, LongerConfigJson.Write(read));
                Assert.Equal(config.Sides, read.Sides);
                Assert.Equal(config.Profile, read.Profile);
                Assert.Equal(config.Actions, read.Actions);
                Assert.Equal(config.Tasks, read.Tasks);
                Assert.Equal(Scalars(config), Scalars(read));
            },
            iter: 200);

        // Records compare lists by reference: these are compared above.
        static LongerConfig Scalars(LongerConfig config) => config with { Sides = [], Profile = [], Actions = [], Tasks = [] };
    }

    [Fact]
    public void The_sample_is_written_as_it_was_read() =>
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(SampleConfig.Text), JsonNode.Parse(LongerConfigJson.Write(SampleConfig.Parse(SampleConfig.Text)))));

    [Fact]
    public void Text_is_written_as_it_was_read_whatever_its_alphabet()
    {
        var json = SampleConfig.With("actions", "[\"\u00e4\", \"\ud83c\udfb5\", \"\\\"\\\\\", \"<&>\"]");

        Assert.Equal(["\u00e4", "\ud83c\udfb5", "\"\\", "<&>"], LongerConfigJson.Parse(LongerConfigJson.Write(SampleConfig.Parse(json))).Actions);
    }

    [Fact]
    public void Any_bytes_are_a_config_or_refused_by_name() =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 5]).Sample(
            (seed, edits) => Damaged.Read(() => LongerConfigJson.Parse(Damaged.Bytes(Encoding.UTF8.GetBytes(SampleConfig.Text), seed, edits))),
            iter: 20_000);

    // Escapes and bytes that JSON lets pass and text does not.
    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00 \\ud800\"")]
    public void A_text_that_is_no_text_is_refused(string json)
    {
        Assert.Single(SampleConfig.Problems(SampleConfig.With("actions[0]", "\"@\"").Replace("\"@\"", json, StringComparison.Ordinal)));
        Assert.Single(SampleConfig.Problems(SampleConfig.With("model_type", "\"@\"").Replace("\"@\"", json, StringComparison.Ordinal)));
        Assert.NotEmpty(SampleConfig.Problems(SampleConfig.Text.Replace("\"heads\"", json, StringComparison.Ordinal)));
    }
}
