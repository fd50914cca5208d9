using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>What a serving silo is given.</summary>
public sealed record ServingOptions
{
    /// <summary>Folder of the database and the models. It exists, and no other process uses it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The device: where models run, its K/V memory, workers and queue.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>Whether an acknowledged write may be lost with the machine's power. Default: no.</summary>
    public bool UnsafeDurability { get; init; }

    /// <summary>Writes of one user that may wait for each other. Default 64. At least 1.</summary>
    public int WriterQueueLimit { get; init; } = 64;

    /// <summary>How long a score waits that names no time itself. Default 10 s.</summary>
    public TimeSpan ScoreTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
