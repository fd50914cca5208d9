using Orleans.Concurrency;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="IClusterGrain"/>
[Reentrant]
[ServingPlacement]
internal sealed class ClusterGrain(ServingSilos silos, IClusterMembershipService membership, TimeProvider time) : Grain, IClusterGrain
{
    /// <summary>A silo that does not answer in this time is listed without what it would say.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<ClusterReport> ListAsync(CancellationToken cancellationToken) => new([.. (await Task.WhenAll(
        membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status is not (SiloStatus.None or SiloStatus.Created or SiloStatus.Dead))
            .OrderBy(member => member.SiloAddress.ToParsableString(), StringComparer.Ordinal)
            .Select(member => InfoAsync(member, cancellationToken))))]);

    /// <inheritdoc/>
    public Task DrainAsync(string silo, CancellationToken cancellationToken) =>
        membership.CurrentSnapshot.Members.Values.FirstOrDefault(member => member.SiloAddress.ToParsableString() == silo) is { Status: SiloStatus.Active } member
            && silos.FactsOf(member.SiloAddress).Roles.HasFlag(SiloRole.Serve)
            ? GrainFactory.GetGrain<ISiloGrain>(silo).DrainAsync()
            : throw new UnknownSiloException($"No serving silo {silo} is in the cluster.");

    private async Task<SiloInfo> InfoAsync(ClusterMember member, CancellationToken cancellationToken)
    {
        var roles = silos.FactsOf(member.SiloAddress).Roles;
        return new(
            member.SiloAddress.ToParsableString(),
            member.Name,
            [.. Enum.GetValues<SiloRole>().Where(role => role != SiloRole.None && roles.HasFlag(role)).Select(role => role.ToString().ToLowerInvariant())],
            member.Status.ToString().ToLowerInvariant(),
            roles.HasFlag(SiloRole.Serve) && member.Status == SiloStatus.Active ? await ReportAsync(member.SiloAddress, cancellationToken) : null);
    }

    private async Task<SiloReport?> ReportAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        try
        {
            return await GrainFactory.GetGrain<ISiloGrain>(silo.ToParsableString()).ReportAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return null;
        }
    }
}
