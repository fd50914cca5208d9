namespace Longer.Grid.Training;

/// <summary>A column, and what its values are called in the grid.</summary>
/// <param name="Name">A side's or a task's name.</param>
/// <param name="Column">The column's name in the file.</param>
public sealed record NamedColumn(string Name, string Column);
