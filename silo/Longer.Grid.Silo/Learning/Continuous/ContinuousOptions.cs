using Longer.Grid.Grains;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>How a grid keeps learning.</summary>
internal sealed record ContinuousOptions
{
    /// <summary>From the beginning of a period to that of the next. Default 10 min.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time that fitting may take in a period; what is not trained on then is later. Default 5 min.</summary>
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>By how much the new weights' log loss may be above the active version's, on the same labels, for them to be published. Default 0; below it, they have to be better.</summary>
    public double Margin { get; init; }

    /// <summary>Requests that a period needs, those it measures on counted. Default 100.</summary>
    public int LeastRequests { get; init; } = 100;

    /// <summary>Part of a period's newest requests that it measures on; they are trained on in the next. Default 0.2.</summary>
    public double HeldBack { get; init; } = 0.2;

    /// <summary>Which actions are labels where no outcome has ever been reported; none: events are counted, and nothing is learned from them.</summary>
    public IReadOnlyList<TaskRule> ActionLabels { get; init; } = [];

    /// <summary>How to fit. By default at a tenth of the rate of a fit from nothing: what is known stays known.</summary>
    public TrainingOptions Fit { get; init; } = new() { LearningRate = 2e-4 };

    /// <summary>The same in a process that serves too: at low priority, on half of the processors, and a part of the time.</summary>
    /// <param name="share">The part, above 0 and at most 1.</param>
    public ContinuousOptions BesideServing(double share) => this with
    {
        Fit = Fit with { Share = share, StepsBack = true, Threads = Math.Clamp(Environment.ProcessorCount / 2, 1, Fit.Threads) },
    };

    /// <summary>Hears of every period; <see langword="null"/> for nobody.</summary>
    public Action<TrainingPeriodReport>? Told { get; init; }
}
