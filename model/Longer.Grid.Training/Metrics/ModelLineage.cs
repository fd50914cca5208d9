namespace Longer.Grid.Training;

/// <summary>What weights come from: a version, and what they took in since.</summary>
public sealed record ModelLineage
{
    /// <summary>The version.</summary>
    public required string Parent { get; init; }

    /// <summary>Behaviours that were read since: each counts in one version of a line.</summary>
    public required long Events { get; init; }

    /// <summary>Requests that were trained on since.</summary>
    public required long Requests { get; init; }

    /// <summary>Labels of theirs.</summary>
    public required long Samples { get; init; }

    /// <summary>Time of the earliest of the requests, in Unix milliseconds; <see langword="null"/> of none.</summary>
    public required long? FromMs { get; init; }

    /// <summary>Time of the latest.</summary>
    public required long? ToMs { get; init; }

    /// <summary>Seconds that fitting took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Behaviours that were read in all.</summary>
    public required long TotalEvents { get; init; }

    /// <summary>The parent's mean log loss on the labels that the metrics were measured on.</summary>
    public required double ParentLogLoss { get; init; }
}
