using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>What a serving silo is given.</summary>
public sealed record ServingOptions
{
    /// <summary>The database of behaviours and of Orleans' own state, and of models where they have no folder.</summary>
    public required GridDatabase Database { get; init; }

    /// <summary>Folder of the models; <see langword="null"/> keeps them in the database, where all silos of a cluster find them.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>Whether the database is this process's own.</summary>
    public bool IsEmbedded => Database.Dialect == SqlDialect.Sqlite;

    /// <summary>A grid of one process.</summary>
    /// <param name="folder">It exists, and no other process uses it.</param>
    public static ServingOptions Embedded(string folder) => new() { Database = GridDatabase.Embedded(folder), ModelFolder = Path.Combine(folder, "models") };

    /// <summary>What the silo is there for beside serving.</summary>
    public SiloRole OtherRoles { get; init; }

    /// <summary>The device: where models run, its K/V memory, workers and queue.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>Whether an acknowledged write may be lost with the machine's power. Default: no.</summary>
    public bool UnsafeDurability { get; init; }

    /// <summary>
    /// How many events of each user are kept. <see langword="null"/> is as the database says; an embedded grid is changed by another one, and a cluster's
    /// silo refuses it, since all have to keep as many.
    /// </summary>
    public Retention? Retention { get; init; }

    /// <summary>For how long outcomes are kept; told and agreed on as <see cref="Retention"/> is.</summary>
    public OutcomeRetention? OutcomeRetention { get; init; }

    /// <summary>
    /// Which part of a background thread's time computes states anew after another model has become active. Default 0.5. Above 0, at most 1. The
    /// thread steps back for all others.
    /// </summary>
    public double ReencodingShare { get; init; } = DefaultReencodingShare;

    /// <summary>The default of <see cref="ReencodingShare"/>.</summary>
    public const double DefaultReencodingShare = 0.5;

    /// <summary>When a version is rolled back by itself.</summary>
    public GuardOptions Guard { get; init; } = new();

    /// <summary>Writes of one user that may wait for each other. Default 64. At least 1.</summary>
    public int WriterQueueLimit { get; init; } = 64;

    /// <summary>
    /// How long a write waits for its turn and for its user; past it, nothing was changed. Default 5 s. Above zero, and below the 30 s after
    /// which Orleans tells a caller nothing but that no answer came.
    /// </summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a score waits that names no time itself. Default 10 s.</summary>
    public TimeSpan ScoreTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
