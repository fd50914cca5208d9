using System.Globalization;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Longer.Grid.Grains;

/// <summary>What a silo says of itself to the others, as Orleans' silo metadata.</summary>
/// <param name="Roles">What it is there for.</param>
/// <param name="KvBudgetBytes">Device memory for users' states: a silo with twice as much gets twice as many users. 0 without <see cref="SiloRole.Serve"/>.</param>
public readonly record struct SiloFacts(SiloRole Roles, long KvBudgetBytes)
{
    private const string RolesKey = "longer.roles";
    private const string CapacityKey = "longer.kv-budget-bytes";

    /// <summary>As metadata.</summary>
    public Dictionary<string, string> ToMetadata() => new(StringComparer.Ordinal)
    {
        [RolesKey] = Roles.ToString(),
        [CapacityKey] = KvBudgetBytes.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Reads another silo's; one that has not told anything yet has no role.</summary>
    internal static SiloFacts Of(SiloMetadata? metadata) =>
        metadata is not null
        && metadata.Metadata.TryGetValue(RolesKey, out var roles) && Enum.TryParse<SiloRole>(roles, out var parsed)
        && metadata.Metadata.TryGetValue(CapacityKey, out var capacity) && long.TryParse(capacity, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new(parsed, bytes)
            : default;
}
