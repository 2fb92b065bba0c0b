namespace Holdfast.Engine.Kafka.Values;

/// <summary>Days and times as numbers since 1970, and as ISO 8601.</summary>
internal static class Moments
{
    private const long DayMicroseconds = 86_400_000_000;

    /// <summary>Microseconds that PostgreSQL's own driver, and so Debezium, makes of an infinite time stamp.</summary>
    private const long Infinite = 9223372036825200000;
    private const long MinusInfinite = -9223372036832400000;

    /// <summary>Days since 1970-01-01; null: a day that no calendar has (MySQL's zeros).</summary>
    internal static int? Days(Day day)
    {
        if (day.IsInfinite)
        {
            return day == Day.Infinity ? int.MaxValue : int.MinValue;
        }

        // Of the proleptic Gregorian calendar, counted in years that begin with March.
        var (year, month) = (day.Month > 2 ? day.Year : day.Year - 1, (day.Month + 9) % 12);
        var era = Math.DivRem(year, 400, out var inEra);
        (era, inEra) = inEra < 0 ? (era - 1, inEra + 400) : (era, inEra);
        return day.Month == 0 || day.DayOfMonth == 0 ? null
            : era * 146_097 + inEra * 365 + inEra / 4 - inEra / 100 + (153 * month + 2) / 5 + day.DayOfMonth - 1 - 719_468;
    }

    /// <summary>Microseconds since 1970-01-01T00:00:00, as if it were UTC; null as for <see cref="Days"/>.</summary>
    internal static long? Microseconds(Day day, long inDay) =>
        day == Day.Infinity ? Infinite
        : day == Day.MinusInfinity ? MinusInfinite
        : Days(day) is { } days ? days * DayMicroseconds + inDay
        : null;

    /// <summary><c>2018-06-20T13:37:03.5Z</c>: as many digits as there are.</summary>
    internal static string Zoned(long microseconds)
    {
        if (microseconds is long.MaxValue or long.MinValue)
        {
            return microseconds > 0 ? "infinity" : "-infinity";
        }

        var days = Math.DivRem(microseconds, DayMicroseconds, out var inDay);
        (days, inDay) = inDay < 0 ? (days - 1, inDay + DayMicroseconds) : (days, inDay);
        var (year, month, day) = Civil(days);
        var (seconds, fraction) = (inDay / 1_000_000, inDay % 1_000_000);
        var date = string.Create(CultureInfo.InvariantCulture, $"{(year > 9999 ? "+" : "")}{year:0000}-{month:00}-{day:00}");
        var time = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        var digits = fraction == 0 ? "" : "." + fraction.ToString("000000", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{date}T{time}{digits}Z";
    }

    private static (long Year, long Month, long Day) Civil(long days)
    {
        days += 719_468;
        var era = (days >= 0 ? days : days - 146_096) / 146_097;
        var inEra = days - era * 146_097;
        var yearInEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365;
        var inYear = inEra - (365 * yearInEra + yearInEra / 4 - yearInEra / 100);
        var month = (5 * inYear + 2) / 153;
        return (yearInEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, inYear - (153 * month + 2) / 5 + 1);
    }
}
