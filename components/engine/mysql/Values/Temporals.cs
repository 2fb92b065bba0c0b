using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engine.MySql.Values;

/// <summary>Days and times as the log holds them, with zero months and days and times beyond a day.</summary>
internal static class Temporals
{
    internal const long Second = 1_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    /// <summary>Three bytes.</summary>
    internal static Day Date(ref ByteReader reader)
    {
        var packed = (int)reader.LittleEndian(3);
        return DayOf(packed >> 9, packed >> 5 & 15, packed & 31);
    }

    /// <summary>Five bytes and a fraction.</summary>
    internal static (Day Day, long Microseconds) DateTime(ref ByteReader reader, int digits)
    {
        var packed = (long)reader.BigEndian(5) - 0x80_0000_0000;
        var fraction = Fraction(ref reader, digits);
        return Unpacked(packed, fraction);
    }

    /// <summary>The parts of a moment: 17 bits of months, 5 of the day, 5, 6 and 6 of the time.</summary>
    internal static (Day Day, long Microseconds) Unpacked(long packed, long fraction)
    {
        if (packed < 0)
        {
            throw new DamagedException("a moment is negative");
        }

        var months = packed >> 22;
        return (DayOf((int)(months / 13), (int)(months % 13), (int)(packed >> 17 & 31)), Clock(packed, fraction));
    }

    /// <summary>The clock in the lowest 17 bits, or 22 of a time.</summary>
    internal static long Clock(long packed, long fraction) =>
        (packed >> 12 & 31) * Hour + (packed >> 6 & 63) * Minute + (packed & 63) * Second + fraction;

    /// <summary>Eight bytes of digits, from before fractions.</summary>
    internal static (Day Day, long Microseconds) OldDateTime(ref ByteReader reader)
    {
        var packed = reader.UInt64();
        var (date, time) = (packed / 1_000_000, packed % 1_000_000);
        return date > 9999_12_31
            ? throw new DamagedException($"there is no moment {packed}")
            : (DayOf((int)(date / 10_000), (int)(date / 100 % 100), (int)(date % 100)), Digits(time));
    }

    /// <summary>Three bytes and a fraction; below zero the fraction is borrowed.</summary>
    internal static long Time(ref ByteReader reader, int digits)
    {
        var bytes = (digits + 1) / 2;
        var packed = (long)reader.BigEndian(3 + bytes) - (0x80_0000L << 8 * bytes);
        var (sign, all) = packed < 0 ? (-1, -packed) : (1, packed);
        var (clock, fraction) = (all >> 8 * bytes, Scaled(all & (1L << 8 * bytes) - 1, digits));
        return sign * ((clock >> 12 & 0x3FF) * Hour + (clock >> 6 & 63) * Minute + (clock & 63) * Second + fraction);
    }

    /// <summary>Three bytes of digits, from before fractions.</summary>
    internal static long OldTime(ref ByteReader reader)
    {
        var packed = (int)(reader.LittleEndian(3) << 8) >> 8;
        return packed < 0 ? -Digits((ulong)-packed) : Digits((ulong)packed);
    }

    /// <summary>Four bytes of seconds and a fraction; null: the day that is none.</summary>
    internal static long? Timestamp(ref ByteReader reader, int digits)
    {
        var seconds = (long)reader.BigEndian(4);
        var fraction = Fraction(ref reader, digits);
        return seconds == 0 && fraction == 0 ? null : seconds * Second + fraction;
    }

    internal static Day DayOf(int year, int month, int day) => month <= 12
        ? Day.Of(year, month, day)
        : throw new DamagedException($"there is no day {year}-{month}-{day}");

    private static long Digits(ulong digits) =>
        (long)(digits / 10_000) * Hour + (long)(digits / 100 % 100) * Minute + (long)(digits % 100) * Second;

    private static long Fraction(ref ByteReader reader, int digits) => Scaled((long)reader.BigEndian((digits + 1) / 2), digits);

    private static long Scaled(long fraction, int digits) => digits switch
    {
        0 => 0,
        1 or 2 => fraction * 10_000,
        3 or 4 => fraction * 100,
        5 or 6 => fraction,
        _ => throw new DamagedException($"a time has {digits} digits of a fraction"),
    };
}
