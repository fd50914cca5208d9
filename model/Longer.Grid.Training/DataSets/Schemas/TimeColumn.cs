namespace Longer.Grid.Training;

/// <summary>A column that holds a moment.</summary>
/// <param name="Column">The column's name in the file.</param>
/// <param name="Unit">How it is written there.</param>
public sealed record TimeColumn(string Column, TimeUnit Unit);
