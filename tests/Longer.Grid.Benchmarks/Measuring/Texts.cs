using System.Globalization;

namespace Longer.Grid.Benchmarks;

/// <summary>Figures for a reader.</summary>
internal static class Texts
{
    /// <summary>Milliseconds, to three digits.</summary>
    public static string Milliseconds(double seconds) => Digits(seconds * 1e3);

    /// <summary>A number to about three digits.</summary>
    public static string Digits(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "N0", >= 10 => "N1", >= 1 => "N2", _ => "N3" }, CultureInfo.InvariantCulture);

    /// <summary>A share as a percentage.</summary>
    public static string Percent(double share) => (share * 100).ToString("N1", CultureInfo.InvariantCulture) + " %";

    /// <summary>A whole number.</summary>
    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
