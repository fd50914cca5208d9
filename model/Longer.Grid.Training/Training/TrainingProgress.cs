namespace Longer.Grid.Training;

/// <summary>How far a fit is.</summary>
/// <param name="Done">0 to 1.</param>
/// <param name="Loss">Binary cross-entropy, a moving mean over the latest steps.</param>
/// <param name="SamplesPerSecond">Candidates trained on, a second.</param>
/// <param name="Left">Time that the rest will take.</param>
public readonly record struct TrainingProgress(double Done, double Loss, double SamplesPerSecond, TimeSpan Left);
