namespace Longer.Grid.Grains;

/// <summary>Which versions serve whom.</summary>
/// <param name="Active">Serves all users but those of the canary.</param>
/// <param name="Canary">Serves a part; <see langword="null"/> without one.</param>
/// <param name="Flip">The registry's number for it; a silo ignores one that is older than what it knows.</param>
internal sealed record ServingPlan(string Active, CanaryShare? Canary, long Flip);
