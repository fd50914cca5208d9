namespace Longer.Grid.Training;

/// <summary>How a model is fitted.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the samples, fewer if the time ends first. Default 1.5: from the second on, tables of ids are learned by heart.</summary>
    public double Epochs { get; init; } = 1.5;

    /// <summary>Time that fitting may take; <see langword="null"/> is no limit. The learning rate falls with whichever runs out first.</summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Largest learning rate. Default 0.002.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Share of the way over which the learning rate rises. Default 0.05.</summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>Decay of the weights of linear layers; tables, norms and biases have none. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Longest gradient, over all tensors. Default 1.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Requests that make one step. Default 128.</summary>
    public int RequestsPerStep { get; init; } = 128;

    /// <summary>Requests of one user that share an encoding at the most. Default 16.</summary>
    public int RequestsPerSpan { get; init; } = 16;

    /// <summary>Events between the first and the last of them at the most. Default 2048.</summary>
    public int EventsPerSpan { get; init; } = 2048;

    /// <summary>Threads, a core each. Default: the processors, at most 8.</summary>
    public int Threads { get; init; } = Math.Min(8, Environment.ProcessorCount);

    /// <summary>
    /// Whether a step keeps only the inputs of its layers and computes them again on the way back: the same gradients from less memory in more time. Default: no.
    /// </summary>
    public bool Recompute { get; init; }

    /// <summary>In which numbers linear maps are computed. Default: float32.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>Part of the time in which steps are taken; in the rest the fit sleeps. Above 0, at most 1, the default.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Whether the threads take only the time that nobody else of the machine wants. Default: no.</summary>
    public bool StepsBack { get; init; }

    /// <summary>Seed of the order of samples.</summary>
    public int Seed { get; init; } = 1;
}
