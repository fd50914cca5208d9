using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>What a demonstration runs on.</summary>
/// <param name="Set">Events and labelled requests.</param>
/// <param name="Shape">Of the model that suits them.</param>
/// <param name="Fit">How it is fitted.</param>
internal sealed record DemoInput(DataSet Set, ModelShape Shape, TrainingOptions Fit);
