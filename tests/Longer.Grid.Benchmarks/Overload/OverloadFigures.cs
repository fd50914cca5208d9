namespace Longer.Grid.Benchmarks;

/// <summary>What an overload met with. Times are in seconds.</summary>
internal sealed record OverloadFigures
{
    /// <summary>Scores a second that callers get who wait for their answers: before the overload.</summary>
    public required double CapacityBefore { get; init; }

    /// <summary>And after it.</summary>
    public required double CapacityAfter { get; init; }

    /// <summary>Requests a second that were sent.</summary>
    public required double Sent { get; init; }

    /// <summary>Scores a second that were answered under the overload.</summary>
    public required double Goodput { get; init; }

    /// <summary>How long it lasted.</summary>
    public required double Duration { get; init; }

    /// <summary>Refusals with 503 or 429, a problem and Retry-After.</summary>
    public required long Refused { get; init; }

    /// <summary>Any other answer, and requests for which there was no connection.</summary>
    public required long Failed { get; init; }

    /// <summary>How long the answered ones took.</summary>
    public required Latencies Served { get; init; }

    /// <summary>How long refusals took.</summary>
    public required Latencies Refusals { get; init; }

    /// <summary>Share of the refusals that took longer than 50 ms.</summary>
    public required double LateRefusals { get; init; }

    /// <summary>What of the machine the load generator took under the overload.</summary>
    public required double GeneratorShare { get; init; }

    /// <summary>In the first second after the overload, at half the capacity: requests, and those that were answered.</summary>
    public required (long Requests, long Answered) FirstSecond { get; init; }

    /// <summary>How long those took.</summary>
    public required Latencies Recovered { get; init; }

    /// <summary>Of the two measurements around the overload.</summary>
    public double Capacity => (CapacityBefore + CapacityAfter) / 2;
}
