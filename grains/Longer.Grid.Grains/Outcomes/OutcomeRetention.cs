using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>For how long the store keeps an outcome after it was accepted. It belongs to the store, as <see cref="Retention"/> does.</summary>
public sealed record OutcomeRetention
{
    /// <summary>The least that can be asked for, in hours.</summary>
    public const int LeastHours = 1;

    /// <summary>The most that can be asked for, in hours: ten years.</summary>
    public const int MostHours = 87_600;

    /// <summary>What <see cref="TryParse"/> takes, for error messages.</summary>
    public const string Accepted = "a whole number of days or hours from 1h to 3650d, such as 30d";

    private const int HoursPerDay = 24;

    private OutcomeRetention(int hours) => Hours = hours;

    /// <summary>30 days.</summary>
    public static OutcomeRetention Default { get; } = new(30 * HoursPerDay);

    /// <summary>How long, in hours.</summary>
    public int Hours { get; }

    /// <summary>How long.</summary>
    public TimeSpan Time => TimeSpan.FromHours(Hours);

    /// <summary>So many hours.</summary>
    /// <param name="hours"><see cref="LeastHours"/> to <see cref="MostHours"/>.</param>
    public static OutcomeRetention Of(int hours)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hours, LeastHours);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hours, MostHours);
        return new(hours);
    }

    /// <summary>Reads a number followed by <c>d</c> or <c>h</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out OutcomeRetention? retention)
    {
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'h' => 1, 'd' => HoursPerDay, _ => 0 };
        retention = unit > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (long)number * unit is >= LeastHours and <= MostHours and var hours ? new((int)hours) : null;
        return retention is not null;
    }

    /// <summary>As <see cref="TryParse"/> reads it, in days where it is whole days.</summary>
    public override string ToString() =>
        Hours % HoursPerDay == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Hours / HoursPerDay}d") : string.Create(CultureInfo.InvariantCulture, $"{Hours}h");
}
