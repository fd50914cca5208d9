using System.Text;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Benchmarks;

/// <summary>The model that is measured: the defaults of MODEL.md section 1 with two side features, and random weights.</summary>
internal static class BenchModel
{
    /// <summary>The shape.</summary>
    /// <param name="maxEvents">L. Default 10,000.</param>
    public static LongerConfig Config(int maxEvents = 10_000) => LongerConfigJson.Parse(Encoding.UTF8.GetBytes(
        $$"""
        {
          "model_type": "longer", "format": 1,
          "max_events": {{maxEvents}}, "event_dim": 32, "group_size": 4,
          "inner_layers": 1, "inner_heads": 2,
          "heads": 4, "self_layers": 2, "recent_groups": 100, "cls_tokens": 1,
          "item":    { "rows": 200000, "dim": 32 },
          "user":    { "rows": 50000 },
          "sides":   [ { "name": "artist", "rows": 50000, "dim": 16 }, { "name": "genre", "rows": 500, "dim": 8 } ],
          "profile": [ { "name": "country", "rows": 300 } ],
          "actions": [ "play", "skip", "like" ], "action_dim": 8, "gap_dim": 8, "cross_dim": 8,
          "tasks":   [ "like" ]
        }
        """));

    /// <summary>Random weights for a shape.</summary>
    public static ModelWeights Weights(LongerConfig config) => ModelInitializer.Random(config, seed: 1);
}
