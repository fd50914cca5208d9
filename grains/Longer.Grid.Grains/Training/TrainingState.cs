namespace Longer.Grid.Grains;

/// <summary>How far training is. It changes as a whole (<see cref="ITrainingStore.CommitAsync"/>), and names the checkpoint that belongs to it.</summary>
public sealed record TrainingState
{
    /// <summary>Segments read and counted; where labels come from actions, those trained on.</summary>
    public ChangeCursor Segments { get; init; }

    /// <summary>Outcomes trained on.</summary>
    public ChangeCursor Outcomes { get; init; }

    /// <summary>Whether outcomes have ever been trained on: from then on, actions are no labels any more.</summary>
    public bool LearnsFromOutcomes { get; init; }

    /// <summary>Weights and moments; <see langword="null"/> before the first period.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The version that the weights come from, and the parent of the next one; <see langword="null"/> before the first period.</summary>
    public string? Parent { get; init; }

    /// <summary>What has been taken in since that version; where there is a <see cref="Publication"/>, since the weights of that.</summary>
    public TrainingCounts SinceParent { get; init; } = TrainingCounts.None;

    /// <summary>What has been taken in by all versions of the line and since.</summary>
    public TrainingCounts Total { get; init; } = TrainingCounts.None;

    /// <summary>A version that the checkpoint's weights are to be published as; <see langword="null"/> where that is done.</summary>
    public TrainingPublication? Publication { get; init; }

    /// <summary>The last period; <see langword="null"/> before the first.</summary>
    public TrainingPeriodReport? Last { get; init; }

    /// <summary>The same with more taken in.</summary>
    public TrainingState Count(TrainingCounts more) => this with { SinceParent = SinceParent.Plus(more), Total = Total.Plus(more) };
}

/// <summary>A decision to publish. It is kept before anything of it is done, so that whoever finds it does the rest: the same files are the same version.</summary>
/// <param name="Version">As the files name it.</param>
/// <param name="MetricsJson">The <c>metrics.json</c> that goes with it.</param>
/// <param name="Counts">What it has taken in since its parent, as the metrics say.</param>
public sealed record TrainingPublication(string Version, string MetricsJson, TrainingCounts Counts);
