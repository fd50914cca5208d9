namespace Longer.Grid.Training;

/// <summary>The learning rates that <see cref="LengthStudy"/> chose, each from the same grid.</summary>
/// <param name="Whole">Of LONGER over the whole history.</param>
/// <param name="Truncated">Of LONGER over the newest <see cref="LengthStudy.ShortEvents"/> events.</param>
/// <param name="Din">Of the Deep Interest Network over the newest <see cref="BaselineTable.RecentEvents"/>.</param>
/// <param name="Seconds">What choosing took.</param>
public sealed record LengthRates(double Whole, double Truncated, double Din, double Seconds);
