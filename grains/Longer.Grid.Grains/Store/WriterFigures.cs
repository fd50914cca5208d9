namespace Longer.Grid.Grains;

/// <summary>What the store's writer has done since it began.</summary>
/// <param name="Groups">Transactions.</param>
/// <param name="Writes">Writes in them.</param>
/// <param name="Busy">Time in which it committed, and did not wait for writes.</param>
internal readonly record struct WriterFigures(long Groups, long Writes, TimeSpan Busy);
