using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>New weights beside the active version's, on samples that neither was trained on.</summary>
/// <param name="Samples">The samples.</param>
/// <param name="New">By task, what the new weights say.</param>
/// <param name="Active">The same of the active version.</param>
internal sealed record Tested(IReadOnlyList<Sample> Samples, IReadOnlyList<IReadOnlyList<ScoredCandidate>> New, IReadOnlyList<IReadOnlyList<ScoredCandidate>> Active)
{
    /// <summary>Nothing was measured.</summary>
    public static Tested Nothing { get; } = new([], [], []);

    /// <summary>Labels measured on.</summary>
    public long Labels => New.Sum(task => (long)task.Count);

    /// <summary>Mean over all labels, in nats; NaN of nothing.</summary>
    public double LogLoss => RankingMetrics.LogLossOf([.. New.SelectMany(task => task)]);

    /// <inheritdoc cref="LogLoss"/>
    public double ActiveLogLoss => RankingMetrics.LogLossOf([.. Active.SelectMany(task => task)]);
}
