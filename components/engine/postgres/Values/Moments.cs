namespace Holdfast.Engine.Postgres.Values;

/// <summary>Days and times in the server's ISO form, in UTC.</summary>
internal static class Moments
{
    internal const long DayMicroseconds = 86_400_000_000;
    private const string BeforeChrist = " BC";

    /// <summary>The year before the year 1 is 1 BC: year 0 of the neutral form.</summary>
    internal static Day ReadDay(ReadOnlySpan<char> text)
    {
        switch (text)
        {
            case "infinity": return Day.Infinity;
            case "-infinity": return Day.MinusInfinity;
        }

        var isBefore = text.EndsWith(BeforeChrist, StringComparison.Ordinal);
        text = isBefore ? text[..^BeforeChrist.Length] : text;
        if (text.Length < 8 || text[^3] != '-' || text[^6] != '-')
        {
            throw new FormatException($"'{text}' is no day");
        }

        var year = Number(text[..^6]);
        return Day.Of(isBefore ? 1 - year : year, Number(text[^5..^3]), Number(text[^2..]));
    }

    /// <summary>Null: the server has no such day.</summary>
    internal static string? WriteDay(Day day) => day.IsInfinite ? day.ToString()
        : day.Month == 0 || day.DayOfMonth == 0 ? null
        : day.Year > 0 ? Iso(day.Year, day) : Iso(1 - day.Year, day) + BeforeChrist;

    /// <summary>Microseconds since midnight; 24:00 is its own value.</summary>
    internal static long ReadTime(ReadOnlySpan<char> text)
    {
        if (text.Length < 8 || text[2] != ':' || text[5] != ':')
        {
            throw new FormatException($"'{text}' is no time");
        }

        var seconds = Number(text[..2]) * 3600L + Number(text[3..5]) * 60L + Number(text[6..8]);
        var fraction = 0L;
        for (var (i, worth) = (9, 100_000L); i < text.Length; i++, worth /= 10)
        {
            fraction += (text[i] - '0') * worth;
        }

        return seconds * 1_000_000 + fraction;
    }

    /// <summary>Null: the server has no such time.</summary>
    internal static string? WriteTime(long microseconds) => microseconds is < 0 or > DayMicroseconds ? null
        : string.Create(CultureInfo.InvariantCulture,
            $"{microseconds / 3_600_000_000:00}:{microseconds / 60_000_000 % 60:00}:{microseconds / 1_000_000 % 60:00}"
            + $".{microseconds % 1_000_000:000000}");

    internal static (Day Day, long Microseconds) ReadDateTime(ReadOnlySpan<char> text)
    {
        var space = text.IndexOf(' ');
        if (space < 0)
        {
            return (ReadDay(text), 0);
        }

        var isBefore = text.EndsWith(BeforeChrist, StringComparison.Ordinal);
        var time = text[(space + 1)..];
        time = isBefore ? time[..^BeforeChrist.Length] : time;
        return (ReadDay(isBefore ? string.Concat(text[..space], BeforeChrist) : text[..space]), ReadTime(time));
    }

    /// <summary>Null: the server has no such moment.</summary>
    internal static string? WriteDateTime(Day day, long microseconds)
    {
        if (day.IsInfinite || WriteDay(day) is not { } text || microseconds >= DayMicroseconds)
        {
            return day.IsInfinite ? day.ToString() : null;
        }

        var isBefore = day.Year <= 0;
        var time = WriteTime(microseconds);
        return isBefore ? $"{text[..^BeforeChrist.Length]} {time}{BeforeChrist}" : $"{text} {time}";
    }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z, of text in UTC.</summary>
    internal static long ReadInstant(ReadOnlySpan<char> text)
    {
        var zone = text.IndexOf("+00", StringComparison.Ordinal);
        var (day, microseconds) = zone < 0 ? ReadDateTime(text) : ReadDateTime(string.Concat(text[..zone], text[(zone + 3)..]));
        return day == Day.Infinity ? long.MaxValue : day == Day.MinusInfinity ? long.MinValue
            : DaysOf(day.Year, day.Month, day.DayOfMonth) * DayMicroseconds + microseconds;
    }

    internal static string WriteInstant(long microseconds)
    {
        if (microseconds is long.MaxValue or long.MinValue)
        {
            return microseconds > 0 ? "infinity" : "-infinity";
        }

        var days = Math.DivRem(microseconds, DayMicroseconds, out var rest);
        (days, rest) = rest < 0 ? (days - 1, rest + DayMicroseconds) : (days, rest);
        var text = WriteDateTime(DayOf(days), rest)!;
        return text.EndsWith(BeforeChrist, StringComparison.Ordinal)
            ? $"{text[..^BeforeChrist.Length]}+00{BeforeChrist}" : text + "+00";
    }

    /// <summary>Days since 1970-01-01 of a day of the Gregorian calendar, carried on to before it began.</summary>
    internal static long DaysOf(int year, int month, int day)
    {
        long y = month <= 2 ? year - 1 : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var yearOfEra = y - era * 400;
        var dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    private static Day DayOf(long days)
    {
        days += 719_468;
        var era = (days >= 0 ? days : days - 146_096) / 146_097;
        var dayOfEra = days - era * 146_097;
        var yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var month = (5 * dayOfYear + 2) / 153;
        var day = (int)(dayOfYear - (153 * month + 2) / 5 + 1);
        month = month < 10 ? month + 3 : month - 9;
        return Day.Of((int)(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), (int)month, day);
    }

    private static string Iso(int year, Day day) => string.Create(
        CultureInfo.InvariantCulture, $"{year:0000}-{day.Month:00}-{day.DayOfMonth:00}");

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
