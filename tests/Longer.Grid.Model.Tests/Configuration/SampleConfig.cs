using System.Text;
using System.Text.Json.Nodes;

namespace Longer.Grid.Model.Tests;

/// <summary>The config that MODEL.md section 10 shows, and changes to it.</summary>
internal static class SampleConfig
{
    public const string Text =
        """
        {
          "model_type": "longer", "format": 1,
          "max_events": 10000, "event_dim": 32, "group_size": 4,
          "inner_layers": 1, "inner_heads": 2,
          "heads": 4, "self_layers": 2, "recent_groups": 100, "cls_tokens": 1,
          "item":    { "rows": 200000, "dim": 32 },
          "user":    { "rows": 50000 },
          "sides":   [ { "name": "artist", "rows": 50000, "dim": 16 } ],
          "profile": [ { "name": "country", "rows": 300 } ],
          "actions": [ "play", "skip", "like" ], "action_dim": 8, "gap_dim": 8, "cross_dim": 8,
          "tasks":   [ "like" ]
        }
        """;

    /// <summary>The sample with one field replaced.</summary>
    /// <param name="path">Where: <c>heads</c>, <c>item.rows</c>, <c>sides[0].name</c>.</param>
    /// <param name="json">The value; null takes the field away.</param>
    public static string With(string path, string? json)
    {
        var root = JsonNode.Parse(Text)!;
        var at = root;
        var steps = path.Replace("[", ".#", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        for (var i = 0; i < steps.Length - 1; i++)
        {
            at = steps[i][0] == '#' ? at[Index(steps[i])]! : at[steps[i]]!;
        }

        var value = json is null ? null : JsonNode.Parse(json);
        if (steps[^1][0] == '#')
        {
            at[Index(steps[^1])] = value;
        }
        else if (json is null)
        {
            at.AsObject().Remove(steps[^1]);
        }
        else
        {
            at[steps[^1]] = value;
        }

        return root.ToJsonString();
    }

    public static LongerConfig Parse(string json) => LongerConfigJson.Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>What is wrong with a config; empty if nothing is.</summary>
    public static IReadOnlyList<string> Problems(string json)
    {
        try
        {
            Parse(json);
            return [];
        }
        catch (ModelFormatException e)
        {
            Assert.Equal("config.json", e.File);
            Assert.NotEmpty(e.Problems);
            Assert.All(e.Problems, problem => Assert.Contains(problem, e.Message, StringComparison.Ordinal));
            return e.Problems;
        }
    }

    private static int Index(string step) => int.Parse(step.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
}
