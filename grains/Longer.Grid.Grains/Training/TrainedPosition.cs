namespace Longer.Grid.Grains;

/// <summary>How far training has read a user.</summary>
/// <param name="Born">The history that the ordinal counts in (<see cref="ChangedSegment.Born"/>).</param>
/// <param name="NextOrdinal">The first event that was not read.</param>
public readonly record struct TrainedPosition(long Born, long NextOrdinal);
