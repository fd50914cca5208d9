namespace Longer.Grid.Benchmarks;

/// <summary>What one way of appending reached.</summary>
/// <param name="Way">Through what the events went.</param>
/// <param name="EventsPerSecond">Acknowledged.</param>
/// <param name="AppendsPerSecond">Acknowledged.</param>
/// <param name="MedianSeconds">Half of the appends took no longer.</param>
/// <param name="SlowSeconds">A hundredth took longer.</param>
/// <param name="GroupsPerSecond">Transactions of the silo's writer.</param>
/// <param name="WritesPerGroup">Appends that share a transaction.</param>
/// <param name="GroupSeconds">From a group's first write to its answers.</param>
/// <param name="WriterBusy">Share of the time in which the writer did not wait for writes.</param>
/// <param name="SyncsPerSecond">Flushes of the write-ahead log.</param>
/// <param name="SyncSeconds">One of them.</param>
/// <param name="WalBytesPerEvent">Written to that log.</param>
public sealed record AppendFigures(
    string Way,
    double EventsPerSecond,
    double AppendsPerSecond,
    double MedianSeconds,
    double SlowSeconds,
    double GroupsPerSecond,
    double WritesPerGroup,
    double GroupSeconds,
    double WriterBusy,
    double SyncsPerSecond,
    double SyncSeconds,
    double WalBytesPerEvent);
