using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Ends a training process at one of its calls: nothing that it would do afterwards happens, and nobody hears of the call's answer.</summary>
/// <param name="at">Which call, from 1; 0 never.</param>
/// <param name="afterwards">Whether the call itself still takes effect.</param>
internal sealed class Death(int at, bool afterwards)
{
    private int _calls;

    /// <summary>Calls so far.</summary>
    public int Calls => _calls;

    private bool IsDead => at > 0 && _calls > at;

    /// <summary>Makes a call, or dies of it.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        _calls++;
        if (IsDead || (_calls == at && !afterwards))
        {
            throw new DiedException();
        }

        var answer = await call();
        return _calls == at ? throw new DiedException() : answer;
    }

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(Func<Task> call) => CallAsync(async () =>
    {
        await call();
        return true;
    });
}

/// <summary>What a killed process's callers would see, if they were not killed with it.</summary>
internal sealed class DiedException() : Exception("killed");

/// <inheritdoc cref="Death"/>
internal sealed class DyingTrainingStore(ITrainingStore inner, Death death) : ITrainingStore
{
    public Task<(TrainingState State, long Revision)> BeginAsync() => death.CallAsync(inner.BeginAsync);

    public Task<IReadOnlyDictionary<string, TrainedPosition>> PositionsAsync(IReadOnlyCollection<string> userIds) => death.CallAsync(() => inner.PositionsAsync(userIds));

    public Task WriteCheckpointAsync(string checkpoint, Action<Stream> write) => death.CallAsync(() => inner.WriteCheckpointAsync(checkpoint, write));

    public Stream OpenCheckpoint(string checkpoint) => inner.OpenCheckpoint(checkpoint);

    public Task<long> CommitAsync(TrainingState state, long revision, IReadOnlyDictionary<string, TrainedPosition> positions) =>
        death.CallAsync(() => inner.CommitAsync(state, revision, positions));
}

/// <inheritdoc cref="Death"/>
internal sealed class DyingModels(IGridModels inner, Death death) : IGridModels
{
    public Task<string?> ActiveAsync(CancellationToken cancellationToken) => death.CallAsync(() => inner.ActiveAsync(cancellationToken));

    public Task<ModelPackage> ReadAsync(string version, CancellationToken cancellationToken) => death.CallAsync(() => inner.ReadAsync(version, cancellationToken));

    public Task PublishAsync(ModelPackage model, string metricsJson, CancellationToken cancellationToken) => death.CallAsync(() => inner.PublishAsync(model, metricsJson, cancellationToken));

    public Task ActivateAsync(string version, string before, CancellationToken cancellationToken) => death.CallAsync(() => inner.ActivateAsync(version, before, cancellationToken));

    public Task TellAsync(TrainingPeriodReport period, CancellationToken cancellationToken) => death.CallAsync(() => inner.TellAsync(period, cancellationToken));
}

/// <inheritdoc cref="Death"/>
internal sealed class DyingFeed(IChangeFeed inner, Death death) : IChangeFeed
{
    public Task<ChangePage<ChangedSegment>> ReadSegmentsAsync(ChangeCursor after, int limit) => death.CallAsync(() => inner.ReadSegmentsAsync(after, limit));

    public Task<ChangePage<ChangedOutcome>> ReadOutcomesAsync(ChangeCursor after, int limit) => death.CallAsync(() => inner.ReadOutcomesAsync(after, limit));
}
