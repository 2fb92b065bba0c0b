using Holdfast.Engine.MySql.Tables;

namespace Holdfast.Engine.MySql.Values;

/// <summary>Days, times and instants as SQL for a column, or why the column would change them.</summary>
internal static class MomentLiteral
{
    private const long InstantMax = int.MaxValue * Temporals.Second + Temporals.Second - 1;
    private const long Daily = 86_400 * Temporals.Second;

    internal static string? Day(StringBuilder to, Day day, long? microseconds, int digits)
    {
        if (day.IsInfinite || day.Year is < 0 or > 9999)
        {
            return "a server has days of the years 0 to 9999 only";
        }

        if (microseconds is >= Daily)
        {
            return "a server's day ends before 24:00";
        }

        if (microseconds is { } clock && Rounded(clock, digits))
        {
            return Rounds(digits);
        }

        to.Append('\'').Append(day).Append(microseconds is { } time ? $" {ClockText.Of(time)}" : "").Append('\'');
        return null;
    }

    internal static string? Time(StringBuilder to, long microseconds, ColumnShape shape)
    {
        if (Rounded(microseconds, shape.Digits))
        {
            return Rounds(shape.Digits);
        }

        to.Append('\'').Append(ClockText.Of(microseconds)).Append('\'');
        return null;
    }

    internal static string? Instant(StringBuilder to, Value value, ColumnShape shape)
    {
        // The day that is none stands among instants as itself.
        if (value.Kind == ValueKind.DateTime && value.AsDateTime() is { Day.Packed: 0, Microseconds: 0 })
        {
            to.Append("'0000-00-00 00:00:00'");
            return null;
        }

        if (value.Kind != ValueKind.Instant)
        {
            return Literal.Other(value, shape);
        }

        var at = value.AsInstant();
        if (at is < Temporals.Second or > InstantMax)
        {
            return "a column of type timestamp holds 1970-01-01 00:00:01 to 2038-01-19 only";
        }

        if (Rounded(at, shape.Digits))
        {
            return Rounds(shape.Digits);
        }

        var moment = DateTimeOffset.UnixEpoch.AddTicks(at * 10);
        to.Append('\'').Append(moment.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)).Append('\'');
        return null;
    }

    private static bool Rounded(long microseconds, int digits)
    {
        var unit = 1L;
        for (var i = digits; i < 6; i++)
        {
            unit *= 10;
        }

        return microseconds % unit != 0;
    }

    private static string Rounds(int digits) => string.Create(
        CultureInfo.InvariantCulture, $"the column has {digits} digits of a second and would round it");
}
