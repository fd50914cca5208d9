namespace Longer.Grid.Grains;

/// <summary>How a serving silo is.</summary>
/// <param name="ModelVersion">The version that it scores with; <see langword="null"/> without one.</param>
/// <param name="Device">Where its models run.</param>
/// <param name="KvBudgetBytes">Device memory for users' states.</param>
/// <param name="KvUsedBytes">What of it is in use.</param>
/// <param name="ResidentUsers">Users with a state on the device.</param>
/// <param name="ActiveUsers">Users whose events are in memory.</param>
/// <param name="QueueLength">Calls that wait for a worker.</param>
/// <param name="UnsafeDurability">Whether an acknowledged event may be lost with the machine's power.</param>
/// <param name="IsDraining">Whether it is about to leave.</param>
/// <param name="Reencoding">How far its users are encoded anew; <see langword="null"/> while each has a state of the version that is to serve it, or none.</param>
/// <param name="Canary">The version that a part of its users is scored with; <see langword="null"/> without one.</param>
/// <param name="Pending">The version that it loads, or has loaded, and that does not serve yet; <see langword="null"/> without one.</param>
[GenerateSerializer, Immutable, Alias("longer.silo-report")]
public sealed record SiloReport(
    [property: Id(0)] string? ModelVersion,
    [property: Id(1)] string Device,
    [property: Id(2)] long KvBudgetBytes,
    [property: Id(3)] long KvUsedBytes,
    [property: Id(4)] int ResidentUsers,
    [property: Id(5)] int ActiveUsers,
    [property: Id(6)] int QueueLength,
    [property: Id(7)] bool UnsafeDurability,
    [property: Id(8)] bool IsDraining,
    [property: Id(9)] ReencodingProgress? Reencoding,
    [property: Id(10)] CanaryShare? Canary = null,
    [property: Id(11)] string? Pending = null);
