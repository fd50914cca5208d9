namespace Longer.Grid.Benchmarks;

/// <summary>One request of a load.</summary>
/// <param name="At">When it is to be sent, from the load's start.</param>
/// <param name="User">Whose.</param>
/// <param name="Kind">What it asks for.</param>
internal readonly record struct PlannedRequest(TimeSpan At, int User, RequestKind Kind);
