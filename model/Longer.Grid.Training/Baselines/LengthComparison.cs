namespace Longer.Grid.Training;

/// <summary>What one run of <see cref="LengthStudy"/> found, on users that were not trained on.</summary>
/// <param name="Seed">Of the run.</param>
/// <param name="Whole">AUC of LONGER over the whole history.</param>
/// <param name="Truncated">AUC of LONGER over the newest <see cref="LengthStudy.ShortEvents"/> events.</param>
/// <param name="Din">AUC of the Deep Interest Network over the newest <see cref="BaselineTable.RecentEvents"/>.</param>
/// <param name="OverTruncated">Whole less truncated, and the middle 95 % of the same over users drawn anew.</param>
/// <param name="OverDin">Whole less Deep Interest Network, likewise.</param>
/// <param name="Seconds">What it took.</param>
public sealed record LengthComparison(
    ulong Seed,
    double Whole,
    double Truncated,
    double Din,
    (double Difference, double Low, double High) OverTruncated,
    (double Difference, double Low, double High) OverDin,
    double Seconds);
