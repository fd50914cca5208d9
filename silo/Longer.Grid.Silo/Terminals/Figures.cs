using System.Globalization;

namespace Longer.Grid.Silo;

/// <summary>Numbers for a reader, the same on every machine.</summary>
internal static class Figures
{
    /// <summary>A whole number with thousands apart.</summary>
    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Four digits after the point, or a dash for what is not known.</summary>
    public static string Metric(double? value) => value is { } known && double.IsFinite(known) ? known.ToString("0.0000", CultureInfo.InvariantCulture) : "-";

    /// <summary>Milliseconds with one digit after the point.</summary>
    public static string Milliseconds(TimeSpan value) => value.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    /// <summary>A share as a percentage.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
