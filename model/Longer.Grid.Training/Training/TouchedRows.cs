namespace Longer.Grid.Training;

/// <summary>How much of a large table a fit changed.</summary>
/// <param name="Table">Its name without <c>.weight</c>: <c>item</c>, <c>side.artist</c>.</param>
/// <param name="Rows">Rows that it has.</param>
/// <param name="Touched">Different rows that some step gave a gradient.</param>
/// <param name="PerStep">Mean of a step; NaN where none was taken.</param>
public sealed record TouchedRows(string Table, int Rows, int Touched, double PerStep);
