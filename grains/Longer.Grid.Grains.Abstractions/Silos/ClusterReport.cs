using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>The silos of the grid.</summary>
/// <param name="Silos">By id.</param>
[GenerateSerializer, Immutable, Alias("longer.cluster-report")]
public sealed record ClusterReport([property: Id(0)] ImmutableArray<SiloInfo> Silos);

/// <summary>One silo.</summary>
/// <param name="Id">Its address: another one after each start.</param>
/// <param name="Name">As status of users names it.</param>
/// <param name="Roles">Lower-case words: <c>serve</c>, <c>gateway</c>, <c>train</c>.</param>
/// <param name="State">Where it is in its life, in lower case: <c>joining</c>, <c>active</c>, <c>shuttingdown</c>, <c>stopping</c>.</param>
/// <param name="Report">What it says of itself; <see langword="null"/> where it does not serve, or did not answer.</param>
[GenerateSerializer, Immutable, Alias("longer.silo-info")]
public sealed record SiloInfo(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] ImmutableArray<string> Roles,
    [property: Id(3)] string State,
    [property: Id(4)] SiloReport? Report);
