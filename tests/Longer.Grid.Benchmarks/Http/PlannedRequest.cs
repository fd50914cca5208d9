namespace Longer.Grid.Benchmarks;

/// <summary>One request of a load.</summary>
/// <param name="At">When it is to be sent, from the load's start.</param>
/// <param name="User">Whose.</param>
/// <param name="Appends">Whether it appends; else it scores.</param>
internal readonly record struct PlannedRequest(TimeSpan At, int User, bool Appends);
