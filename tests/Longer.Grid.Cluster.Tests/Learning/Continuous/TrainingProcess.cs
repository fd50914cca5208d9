using Longer.Grid.Grains;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

/// <summary>What a process that trains has of it: gone with the process.</summary>
internal sealed class TrainingProcess(ContinuousTraining training, TrainedWeights weights) : IDisposable
{
    /// <inheritdoc cref="ContinuousTraining.RunAsync"/>
    public Task<TrainingPeriodReport> RunAsync(CancellationToken stop) => training.RunAsync(stop);

    /// <inheritdoc/>
    public void Dispose() => weights.Dispose();
}
