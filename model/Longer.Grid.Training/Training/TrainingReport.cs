namespace Longer.Grid.Training;

/// <summary>What a fit did.</summary>
/// <param name="Candidates">Candidates trained on; those of dropped steps do not count.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Dropped">Steps that were not taken, in their order.</param>
/// <param name="Tables">The large tables, in the order of MODEL.md section 10.</param>
public sealed record TrainingReport(long Candidates, int Steps, IReadOnlyList<DroppedStep> Dropped, IReadOnlyList<TouchedRows> Tables);
