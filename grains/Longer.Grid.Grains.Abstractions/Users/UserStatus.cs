namespace Longer.Grid.Grains;

/// <summary>The fastest tier that holds a user's state.</summary>
[GenerateSerializer, Alias("longer.user-tier")]
public enum UserTier
{
    /// <summary>Only the store: nothing of the user is in memory, or there is nothing.</summary>
    Store,

    /// <summary>Events in the grain's memory.</summary>
    Host,

    /// <summary>K/V state on the device.</summary>
    Device,
}

/// <summary>Where a user's state is and how much there is of it.</summary>
/// <param name="UserEvents">Events ever accepted.</param>
/// <param name="FirstOrdinal">Ordinal of the oldest event that the store keeps.</param>
/// <param name="FirstAtMs">Time of that event, in Unix milliseconds; <see langword="null"/> when there is none.</param>
/// <param name="LastAtMs">Time of the newest event by ordinal; <see langword="null"/> when there is none.</param>
/// <param name="Tier">The fastest tier that held the user when the call arrived.</param>
/// <param name="Silo">The silo that owns the user.</param>
/// <param name="ModelVersion">The version that the device state was computed with; <see langword="null"/> without one.</param>
/// <param name="DeviceBytes">K/V memory.</param>
/// <param name="HostBytes">Memory of the events' columns, spare capacity counted.</param>
[GenerateSerializer, Immutable, Alias("longer.user-status")]
public sealed record UserStatus(
    [property: Id(0)] long UserEvents,
    [property: Id(1)] long FirstOrdinal,
    [property: Id(2)] long? FirstAtMs,
    [property: Id(3)] long? LastAtMs,
    [property: Id(4)] UserTier Tier,
    [property: Id(5)] string Silo,
    [property: Id(6)] string? ModelVersion,
    [property: Id(7)] long DeviceBytes,
    [property: Id(8)] long HostBytes);
