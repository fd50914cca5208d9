namespace Longer.Grid.Benchmarks;

/// <summary>What some users of a grid take.</summary>
/// <param name="Users">How many, each with a grain that is active.</param>
/// <param name="Events">L: events of each.</param>
/// <param name="DeviceBytes">K/V state of one.</param>
/// <param name="HostBytes">Event columns of one, spare capacity counted.</param>
/// <param name="KvBytes">K/V memory in use by all.</param>
/// <param name="Resident">Users that have a state; the others were evicted.</param>
/// <param name="ProcessBytes">Resident set of the process.</param>
public sealed record MemoryFigures(int Users, int Events, long DeviceBytes, long HostBytes, long KvBytes, int Resident, long ProcessBytes);
