namespace Longer.Grid.Training;

/// <summary>One line of a comparison that is yet to be measured.</summary>
/// <param name="Name">The model.</param>
/// <param name="Measure">Fits and measures it. Takes a hearer of how far it is, 0 to 1.</param>
public sealed record Baseline(string Name, Func<IProgress<double>?, CancellationToken, BaselineRow> Measure);
