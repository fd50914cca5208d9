using System.Collections.Concurrent;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Longer.Grid.Grains;

/// <summary>Which silos hold users, and which user belongs where.</summary>
public sealed class ServingSilos(ISiloMetadataCache metadata, IClusterMembershipService membership)
{
    private readonly ConcurrentDictionary<SiloAddress, byte> _draining = new();

    /// <summary>Active silos with <see cref="SiloRole.Serve"/>, those that drain left out.</summary>
    public IReadOnlyList<SiloAddress> All() =>
        [.. membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).Where(Takes)];

    /// <summary>What a silo says of itself.</summary>
    public SiloFacts FactsOf(SiloAddress silo) => SiloFacts.Of(metadata.GetSiloMetadata(silo));

    /// <summary>Where a user belongs among some silos; <see langword="null"/> where none of them takes users.</summary>
    internal SiloAddress? OwnerOf(GrainId user, IEnumerable<SiloAddress> silos)
    {
        (SiloAddress Silo, double Weight)[] taking = [.. silos.Where(Takes).Select(silo => (silo, (double)FactsOf(silo).KvBudgetBytes))];
        return taking.Length == 0 ? null : Rendezvous.Choose(user.GetUniformHashCode(), taking);
    }

    /// <summary>From now on no user is placed on a silo: it is about to leave.</summary>
    internal void Drains(SiloAddress silo) => _draining.TryAdd(silo, 0);

    /// <summary>Whether a silo holds users and does not drain.</summary>
    internal bool Takes(SiloAddress silo) => FactsOf(silo).Roles.HasFlag(SiloRole.Serve) && !_draining.ContainsKey(silo);
}
