namespace Longer.Grid.Grains;

/// <summary>Which silo of those that train does so.</summary>
public sealed class TrainingSilos(ServingSilos silos, IClusterMembershipService membership, ILocalSiloDetails local)
{
    /// <summary>Whether it is this one: the first of the active ones with <see cref="SiloRole.Train"/>.</summary>
    public bool IsFirst => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active && silos.FactsOf(member.SiloAddress).Roles.HasFlag(SiloRole.Train))
        .Select(member => member.SiloAddress)
        .Order()
        .FirstOrDefault() == local.SiloAddress;
}
