using System.Globalization;

namespace Longer.Grid.Silo;

/// <summary>Durations as people write them.</summary>
internal static class DurationText
{
    /// <summary>What <see cref="TryParse"/> takes, for error messages.</summary>
    public const string Accepted = "a number followed by s, m or h, such as 150s";

    /// <summary>Reads a duration of more than nothing and at most 30 days.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var seconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (seconds == 0 || !decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        if (number <= 0 || number > 30m * 86_400 / seconds)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds((double)(number * seconds));
        return true;
    }

    /// <summary>A duration for a reader: <c>42 s</c>, <c>3 min 20 s</c>, <c>1 h 05 min</c>.</summary>
    public static string Text(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0} s"),
        < 3600 => $"{(int)duration.TotalMinutes} min {duration.Seconds:00} s",
        _ => $"{(int)duration.TotalHours} h {duration.Minutes:00} min",
    };
}
