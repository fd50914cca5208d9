using System.Globalization;

namespace Longer.Grid.Silo;

/// <summary>Amounts of memory as people write them.</summary>
internal static class ByteSize
{
    /// <summary>What <see cref="TryParse"/> takes, for error messages.</summary>
    public const string Accepted = "a whole number of bytes, or a number followed by KiB, MiB, GiB or TiB, such as 2GiB";

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Reads an amount.</summary>
    /// <param name="text">Digits with at most one point, then a unit (1024-based) or none for bytes.</param>
    /// <param name="bytes">At least 1.</param>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var digits = text.AsSpan().TrimEnd("KMGTiB");
        var unit = text[digits.Length..];
        var power = unit.Length == 0 ? 0 : Array.IndexOf(Units, unit);
        if (power < 0 || !decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var exact = number * (1L << (10 * power));
        if (exact is < 1 or > long.MaxValue || exact != decimal.Truncate(exact))
        {
            return false;
        }

        bytes = (long)exact;
        return true;
    }

    /// <summary>An amount in the largest unit that leaves at least 1, with at most one digit after the point.</summary>
    public static string Text(long bytes)
    {
        var (amount, power) = ((double)bytes, 0);
        for (; amount >= 1024 && power < Units.Length - 1; power++)
        {
            amount /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {Units[power]}");
    }
}
