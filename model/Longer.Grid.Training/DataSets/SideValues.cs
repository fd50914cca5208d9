namespace Longer.Grid.Training;

/// <summary>A side feature that occurs in a data set.</summary>
/// <param name="Name">Its name in the grid.</param>
/// <param name="DistinctValues">How many different values occur: what to size the feature's table by.</param>
public sealed record SideValues(string Name, int DistinctValues);
