using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>The model's shape that a plan is made for.</summary>
internal static class PlanModel
{
    /// <summary>The defaults of the model contract, as docs/performance.md measures them: with two side features.</summary>
    private static ReadOnlySpan<byte> Default =>
        """
        {
          "model_type": "longer", "format": 1,
          "max_events": 10000, "event_dim": 32, "group_size": 4,
          "inner_layers": 1, "inner_heads": 2,
          "heads": 4, "self_layers": 2, "recent_groups": 100, "cls_tokens": 1,
          "item":    { "rows": 200000, "dim": 32 },
          "user":    { "rows": 50000 },
          "sides":   [ { "name": "artist", "rows": 50000, "dim": 16 }, { "name": "genre", "rows": 500, "dim": 8 } ],
          "profile": [ { "name": "country", "rows": 300 } ],
          "actions": [ "play", "skip", "like" ], "action_dim": 8, "gap_dim": 8, "cross_dim": 8,
          "tasks":   [ "like" ]
        }
        """u8;

    /// <summary>Reads a shape.</summary>
    /// <param name="file">A <c>config.json</c>; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ModelFormatException">The file is not one; all that is wrong is named.</exception>
    public static LongerConfig Read(FileInfo? file) => LongerConfigJson.Parse(file is null ? Default.ToArray() : File.ReadAllBytes(file.FullName));
}
