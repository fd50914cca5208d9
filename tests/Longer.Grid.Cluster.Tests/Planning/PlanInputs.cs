using Longer.Grid.Model;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Numbers that a hand can follow.</summary>
internal static class PlanInputs
{
    /// <summary>A thousand users, all active, one event in each append, at an even pace.</summary>
    public static PlanInput Small { get; } = new()
    {
        Users = 1_000,
        ActiveShare = 1,
        EventsPerUser = 86.4,
        BatchEvents = 1,
        ScoresPerSecond = 10,
        Peak = 1,
        Candidates = 100,
        ZipfExponent = 0.5,
        Model = PlanModel.Read(null),
        HistoryEvents = 10_000,
        KvStorage = KvStorage.Full,
        KvBudgetBytes = 2L << 30,
        Gflops = 100,
        PrefillSpeed = 0.5,
        AppendSpeed = 0.25,
        Utilization = 0.5,
        Devices = 0,
        SegmentBytesPerEvent = 10,
        StoreOverhead = 1.5,
        HostBytesPerEvent = 32,
        HostMemoryBytes = 1L << 30,
        IdleTime = TimeSpan.FromMinutes(15),
        PostgresEventsPerSecond = 20,
        PostgresUsersPerSecond = 10,
        PostgresBytes = 100L << 20,
    };
}
