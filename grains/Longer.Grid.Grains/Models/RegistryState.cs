namespace Longer.Grid.Grains;

/// <summary>What the registry keeps.</summary>
[GenerateSerializer, Alias("longer.registry-state")]
public sealed class RegistryState
{
    /// <summary>The version that serves.</summary>
    [Id(0)]
    public string? Active { get; set; }

    /// <summary>The version that served before it.</summary>
    [Id(1)]
    public string? Previous { get; set; }

    /// <summary>Counts the changes of which versions serve whom; a silo ignores one that is older than what it knows.</summary>
    [Id(2)]
    public long Flip { get; set; }

    /// <summary>All versions, oldest first.</summary>
    [Id(3)]
    public List<ListedModel> Models { get; set; } = [];

    /// <summary>The version that serves a part of the users.</summary>
    [Id(4)]
    public string? Canary { get; set; }

    /// <summary>How many users of a hundred it serves; 0 without one.</summary>
    [Id(5)]
    public int CanaryPercent { get; set; }

    /// <summary>Until when the guard looks at the active version, in Unix milliseconds; 0 where it does not.</summary>
    [Id(6)]
    public long WatchedUntilMs { get; set; }

    /// <summary>The last training period; <see langword="null"/> before the first.</summary>
    [Id(10)]
    public TrainingPeriodReport? Training { get; set; }

    /// <summary>Which versions serve whom; <see langword="null"/> before one is activated.</summary>
    internal ServingPlan? Plan => Active is { } active ? new(active, Share, Flip) : null;

    /// <summary>The canary; <see langword="null"/> without one.</summary>
    internal CanaryShare? Share => Canary is { } canary ? new(canary, CanaryPercent) : null;
}

/// <summary>A version in the registry's list.</summary>
[GenerateSerializer, Alias("longer.listed-model")]
public sealed class ListedModel
{
    /// <summary>Named by its contents.</summary>
    [Id(0)]
    public string Version { get; set; } = "";

    /// <summary>When it was listed, in Unix milliseconds.</summary>
    [Id(1)]
    public long CreatedAtMs { get; set; }

    /// <summary>The metrics that came with it, a JSON object.</summary>
    [Id(2)]
    public string? MetricsJson { get; set; }

    /// <summary>The version that its training started from, as its metrics say; <see langword="null"/> where they do not.</summary>
    [Id(3)]
    public string? Parent { get; set; }

    /// <summary>Why the guard took it back, the last time.</summary>
    [Id(4)]
    public GuardedRollback? RolledBack { get; set; }
}
