namespace Longer.Grid.Benchmarks;

/// <summary>What one operation costs.</summary>
/// <param name="Operation">Which, at which length.</param>
/// <param name="Flops">Its operations by MODEL.md's formulas; nothing padded or masked counts.</param>
/// <param name="Seconds">One call.</param>
/// <param name="GflopPerSecond">Of one caller, in billions.</param>
/// <param name="ShareOfPeak">The same beside the peak of the same round.</param>
public sealed record EngineFigures(string Operation, double Flops, Spread Seconds, double GflopPerSecond, Spread ShareOfPeak)
{
    /// <summary>How many times as long it takes as its operations would at the peak.</summary>
    public double TimesItsFloor => 1 / ShareOfPeak.Median;
}
