namespace Holdfast.Engine.Postgres.Values;

/// <summary>
/// Days and times of the years 1 to 9999 in the server's ISO form, as bytes. Whatever looks otherwise is none here, and is read by
/// <see cref="Moments"/>.
/// </summary>
internal static class Utf8Moments
{
    private const int DayLength = 10;
    private const int SecondLength = 19;
    private const int MicrosecondLength = 26;

    /// <summary>A day alone.</summary>
    internal static bool TryDay(ReadOnlySpan<byte> text, out Day day)
    {
        day = default;
        if (text.Length != DayLength || text[4] != '-' || text[7] != '-' || Digits(text[..4]) is not (>= 0 and var year)
            || Digits(text[5..7]) is not (>= 0 and <= 12 and var month) || Digits(text[8..]) is not (>= 0 and <= 31 and var dayOfMonth))
        {
            return false;
        }

        day = Day.Of(year, month, dayOfMonth);
        return true;
    }

    /// <summary>A day and a time of it.</summary>
    internal static bool TryDateTime(ReadOnlySpan<byte> text, out Day day, out long microseconds)
    {
        (day, microseconds) = (default, 0);
        if (text.Length is < SecondLength or > MicrosecondLength || !TryDay(text[..DayLength], out day) || text[DayLength] != ' '
            || text[13] != ':' || text[16] != ':' || Digits(text[11..13]) is not (>= 0 and var hours)
            || Digits(text[14..16]) is not (>= 0 and var minutes) || Digits(text[17..19]) is not (>= 0 and var seconds))
        {
            return false;
        }

        microseconds = (hours * 3600L + minutes * 60L + seconds) * 1_000_000;
        if (text.Length == SecondLength)
        {
            return true;
        }

        var fraction = text[(SecondLength + 1)..];
        if (text[SecondLength] != '.' || fraction.IsEmpty || Digits(fraction) is not (>= 0 and var digits))
        {
            return false;
        }

        long worth = digits;
        for (var i = fraction.Length; i < 6; i++)
        {
            worth *= 10;
        }

        microseconds += worth;
        return true;
    }

    /// <summary>A moment in UTC: microseconds since 1970-01-01T00:00:00Z.</summary>
    internal static bool TryInstant(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (!text.EndsWith("+00"u8) || !TryDateTime(text[..^3], out var day, out var clock) || day.Month == 0 || day.DayOfMonth == 0)
        {
            return false;
        }

        microseconds = Moments.DaysOf(day.Year, day.Month, day.DayOfMonth) * Moments.DayMicroseconds + clock;
        return true;
    }

    /// <summary>Less than 0: something else than digits.</summary>
    private static int Digits(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var each in text)
        {
            var digit = each - '0';
            if ((uint)digit > 9)
            {
                return -1;
            }

            number = number * 10 + digit;
        }

        return number;
    }
}
