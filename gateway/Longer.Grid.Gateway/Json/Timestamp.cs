namespace Longer.Grid.Gateway;

/// <summary>Times as a body gives them.</summary>
internal static class Timestamp
{
    private const long MsPerMinute = 60_000;

    /// <summary>Reads ISO 8601 in its extended form with an offset: <c>YYYY-MM-DDTHH:MM[:SS[.fraction]]</c> and <c>Z</c> or an offset.</summary>
    /// <param name="text">ASCII. The offset may be <c>+02</c>, <c>+0200</c> or <c>+02:00</c>; digits behind the milliseconds are cut off.</param>
    /// <param name="atMs">Unix milliseconds, rounded towards the past.</param>
    public static bool TryParseIso8601(ReadOnlySpan<byte> text, out long atMs)
    {
        atMs = 0;
        if (!TryDigits(ref text, 4, out var year) || !TryTake(ref text, '-') || !TryDigits(ref text, 2, out var month) || !TryTake(ref text, '-')
            || !TryDigits(ref text, 2, out var day) || !TryTake(ref text, 'T') || !TryDigits(ref text, 2, out var hour) || !TryTake(ref text, ':')
            || !TryDigits(ref text, 2, out var minute))
        {
            return false;
        }

        var (second, ms) = (0, 0);
        if (TryTake(ref text, ':') && (!TryDigits(ref text, 2, out second) || (!TryFraction(ref text, out ms))))
        {
            return false;
        }

        if (!TryOffset(text, out var offsetMinutes) || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var local = new DateTime(year, month, day, hour, minute, second, ms, DateTimeKind.Utc);
        atMs = ((local - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond) - (offsetMinutes * MsPerMinute);
        return true;
    }

    // No fraction is a fraction of zero; a point without digits is none.
    private static bool TryFraction(ref ReadOnlySpan<byte> text, out int ms)
    {
        ms = 0;
        if (!TryTake(ref text, '.'))
        {
            return true;
        }

        var digits = 0;
        for (var scale = 100; !text.IsEmpty && char.IsAsciiDigit((char)text[0]); scale /= 10)
        {
            ms += (text[0] - '0') * scale;
            text = text[1..];
            digits++;
        }

        return digits is > 0 and <= 9;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.SequenceEqual("Z"u8))
        {
            return true;
        }

        var west = !text.IsEmpty && text[0] == '-';
        if (!TryTake(ref text, west ? '-' : '+') || !TryDigits(ref text, 2, out var hours))
        {
            return false;
        }

        var minute = 0;
        if (!text.IsEmpty)
        {
            TryTake(ref text, ':');
            if (!TryDigits(ref text, 2, out minute))
            {
                return false;
            }
        }

        minutes = (west ? -1 : 1) * ((hours * 60) + minute);
        return text.IsEmpty && hours <= 23 && minute <= 59;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, char expected)
    {
        if (text.IsEmpty || text[0] != expected)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool TryDigits(ref ReadOnlySpan<byte> text, int count, out int value)
    {
        value = 0;
        if (text.Length < count)
        {
            return false;
        }

        foreach (var digit in text[..count])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        text = text[count..];
        return true;
    }
}
