using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>What a plan is made from. What each number means is told by the option of its name.</summary>
internal sealed record PlanInput
{
    public required long Users { get; init; }

    public required double ActiveShare { get; init; }

    /// <summary>Of a user who is active, a day.</summary>
    public required double EventsPerUser { get; init; }

    /// <summary>Events in one append.</summary>
    public required int BatchEvents { get; init; }

    /// <summary>Scores a second in the busiest hour.</summary>
    public required double ScoresPerSecond { get; init; }

    /// <summary>The busiest hour's events beside the mean's.</summary>
    public required double Peak { get; init; }

    public required int Candidates { get; init; }

    public required double ZipfExponent { get; init; }

    public required LongerConfig Model { get; init; }

    /// <summary>Of one user on average.</summary>
    public required long HistoryEvents { get; init; }

    public required KvStorage KvStorage { get; init; }

    /// <summary>Of one device.</summary>
    public required long KvBudgetBytes { get; init; }

    /// <summary>What a device does in scores.</summary>
    public required double Gflops { get; init; }

    /// <summary>GFLOP/s of prefills beside those of scores.</summary>
    public required double PrefillSpeed { get; init; }

    /// <summary>GFLOP/s of appends beside those of scores.</summary>
    public required double AppendSpeed { get; init; }

    /// <summary>Share of a device's time that is given away.</summary>
    public required double Utilization { get; init; }

    /// <summary>0 finds the least that carry the load.</summary>
    public required long Devices { get; init; }

    public required double SegmentBytesPerEvent { get; init; }

    /// <summary>Bytes on disk beside those of segments.</summary>
    public required double StoreOverhead { get; init; }

    public required double HostBytesPerEvent { get; init; }

    /// <summary>Of one silo.</summary>
    public required long HostMemoryBytes { get; init; }

    /// <summary>How long a user who is not asked for stays in a silo's memory.</summary>
    public required TimeSpan IdleTime { get; init; }

    public required double PostgresEventsPerSecond { get; init; }

    /// <summary>Users a second that one PostgreSQL hands over and reads, their events included.</summary>
    public required double PostgresUsersPerSecond { get; init; }

    public required long PostgresBytes { get; init; }
}
