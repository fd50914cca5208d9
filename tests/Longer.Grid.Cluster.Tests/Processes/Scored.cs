namespace Longer.Grid.Cluster.Tests;

/// <summary>What a gateway answered to a score.</summary>
/// <param name="Version">The version that it names.</param>
/// <param name="UserEvents">How many events it says it knows.</param>
/// <param name="IsWarm">Whether the user's state was there.</param>
/// <param name="Logits">Shape <c>[C, tasks]</c>, row-major: the scores taken back through the sigmoid.</param>
internal sealed record Scored(string Version, int UserEvents, bool IsWarm, List<double> Logits);
