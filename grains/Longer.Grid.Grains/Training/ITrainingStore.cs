namespace Longer.Grid.Grains;

/// <summary>Keeps how far training is, beside what it trains on, so that cursor, counts and weights are of one moment whatever ends its process.</summary>
/// <exception cref="StoreUnavailableException">Of every call: the database cannot be used.</exception>
public interface ITrainingStore
{
    /// <summary>The state as it was committed last, and its revision. From the first call on, no event is trimmed that training has not read.</summary>
    Task<(TrainingState State, long Revision)> BeginAsync();

    /// <summary>How far users have been read; those who are not there have not been read at all.</summary>
    Task<IReadOnlyDictionary<string, TrainedPosition>> PositionsAsync(IReadOnlyCollection<string> userIds);

    /// <summary>Writes a checkpoint's bytes; it counts once a committed state names it.</summary>
    Task WriteCheckpointAsync(string checkpoint, Action<Stream> write);

    /// <summary>Reads a checkpoint.</summary>
    Stream OpenCheckpoint(string checkpoint);

    /// <summary>Puts a state in the place of another, with the positions that belong to it, all or nothing. Checkpoints that it does not name go.</summary>
    /// <param name="state">The new one.</param>
    /// <param name="revision">Of the one that it follows.</param>
    /// <param name="positions">Of the users that were read in between.</param>
    /// <returns>The new state's revision.</returns>
    /// <exception cref="TrainingConflictException">Another state has followed that one. Nothing was changed.</exception>
    Task<long> CommitAsync(TrainingState state, long revision, IReadOnlyDictionary<string, TrainedPosition> positions);
}
