using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary>The state that is committed, and what it is followed by.</summary>
internal sealed class CommittedState(ITrainingStore store, TrainingState state, long revision)
{
    /// <summary>Of no user.</summary>
    public static IReadOnlyDictionary<string, TrainedPosition> NoPositions { get; } = new Dictionary<string, TrainedPosition>();

    private long _revision = revision;

    /// <summary>The state.</summary>
    public TrainingState State { get; private set; } = state;

    /// <summary>Commits the next one.</summary>
    /// <exception cref="TrainingConflictException">Another process has.</exception>
    public async Task CommitAsync(TrainingState next, IReadOnlyDictionary<string, TrainedPosition>? positions = null)
    {
        _revision = await store.CommitAsync(next, _revision, positions ?? NoPositions);
        State = next;
    }
}
