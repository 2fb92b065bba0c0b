using System.Numerics;

namespace Holdfast.Rules.Apply.Keys;

/// <summary>
/// Hashes of keys. Values that are the same under any sink's rules have the same hash: 5, 5.0 and true's 1, 0 and -0, 'A' and 'ä', a day
/// and its midnight. The hash orders changes and never decides what is written, so a false conflict costs time and nothing else.
/// </summary>
internal static class KeyHash
{
    private enum Fold : ulong
    {
        Whole = 1,
        WholeUnsigned,
        Real,
        Digits,
        Moment,
        Time,
        Text,
        Bytes,
    }

    /// <summary>Adds a value that is neither NULL nor absent.</summary>
    internal static void Add(ref Hash64 hash, Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Bool: Whole(ref hash, value.AsBool() ? 1 : 0); break;
            case ValueKind.Int64: Whole(ref hash, value.AsInt64()); break;
            case ValueKind.UInt64: Whole(ref hash, value.AsUInt64()); break;
            case ValueKind.Float32: Real(ref hash, value.AsFloat32()); break;
            case ValueKind.Float64: Real(ref hash, value.AsFloat64()); break;
            case ValueKind.Decimal: Decimal(ref hash, value.AsText()); break;
            case ValueKind.Bit: Bit(ref hash, value); break;
            case ValueKind.Date: Moment(ref hash, value.AsDate(), 0); break;
            case ValueKind.DateTime: Moment(ref hash, value.AsDateTime().Day, value.AsDateTime().Microseconds); break;
            case ValueKind.Instant: Instant(ref hash, value.AsInstant()); break;
            case ValueKind.Time: Tagged(ref hash, Fold.Time, (ulong)value.AsTime()); break;
            case ValueKind.Text or ValueKind.Json or ValueKind.Enum or ValueKind.Set: Text(ref hash, value.Payload); break;
            case ValueKind.Unknown: Text(ref hash, Encoding.UTF8.GetBytes(value.AsUnknown().Text)); break;
            case ValueKind.Uuid: Text(ref hash, Encoding.UTF8.GetBytes(value.AsUuid().ToString("D"))); break;
            case ValueKind.Bytes or ValueKind.Geometry or ValueKind.Array: Bytes(ref hash, value.Payload); break;
            case ValueKind.Absent or ValueKind.Null: throw new ArgumentException($"{value.Kind} is no key", nameof(value));
            default: throw new ArgumentException($"kind {(byte)value.Kind} is not known", nameof(value));
        }
    }

    private static void Tagged(ref Hash64 hash, Fold fold, ulong word)
    {
        hash.Add((ulong)fold);
        hash.Add(word);
    }

    private static void Whole(ref Hash64 hash, long number) => Tagged(ref hash, Fold.Whole, (ulong)number);

    private static void Whole(ref Hash64 hash, ulong number) =>
        Tagged(ref hash, number <= long.MaxValue ? Fold.Whole : Fold.WholeUnsigned, number);

    /// <summary>Fractions are compared as 32 bits hold them: a sink's column may hold no more.</summary>
    private static void Real(ref Hash64 hash, double number)
    {
        if (!double.IsInteger(number))
        {
            var single = (float)number;
            Tagged(ref hash, Fold.Real, BitConverter.SingleToUInt32Bits(float.IsNaN(single) ? float.NaN : single));
        }
        else if (Math.Abs(number) < long.MaxValue)
        {
            Whole(ref hash, (long)number);
        }
        else
        {
            Large(ref hash, new BigInteger(number));
        }
    }

    private static void Large(ref Hash64 hash, BigInteger number)
    {
        if (number < long.MinValue || number > ulong.MaxValue)
        {
            hash.Add((ulong)Fold.Digits);
            hash.Add(number.ToByteArray());
        }
        else
        {
            // A negative one as 64 bits hold it.
            Tagged(ref hash, number > long.MaxValue ? Fold.WholeUnsigned : Fold.Whole, (ulong)(number & ulong.MaxValue));
        }
    }

    private static void Decimal(ref Hash64 hash, string digits)
    {
        var whole = digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;
        if (BigInteger.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            Large(ref hash, number);
        }
        else if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
        {
            Real(ref hash, real);
        }
        else
        {
            Text(ref hash, Encoding.UTF8.GetBytes(digits));
        }
    }

    /// <summary>Bits are a number where a sink has no such type.</summary>
    private static void Bit(ref Hash64 hash, Value value)
    {
        var (count, bits) = value.AsBit();
        Large(ref hash, new BigInteger(bits, isUnsigned: true, isBigEndian: true) >> (bits.Length * 8 - count));
    }

    private static void Moment(ref Hash64 hash, Day day, long microseconds)
    {
        Tagged(ref hash, Fold.Moment, (ulong)day.Packed);
        hash.Add((ulong)microseconds);
    }

    private static void Instant(ref Hash64 hash, long microseconds)
    {
        const long Daily = 86_400_000_000;
        var days = Math.DivRem(microseconds, Daily, out var rest);
        (days, rest) = rest < 0 ? (days - 1, rest + Daily) : (days, rest);
        switch (microseconds)
        {
            case long.MinValue: Moment(ref hash, Day.MinusInfinity, 0); break;
            case long.MaxValue: Moment(ref hash, Day.Infinity, 0); break;
            default: Moment(ref hash, Civil(days), rest); break;
        }
    }

    /// <summary>The day so many days after 1970-01-01, by the calendar without a reform.</summary>
    private static Day Civil(long days)
    {
        // Years that begin in March have the leap day at their end; 400 of them are 146,097 days.
        var shifted = days + 719_468;
        var era = Math.DivRem(shifted, 146_097, out var ofEra);
        (era, ofEra) = ofEra < 0 ? (era - 1, ofEra + 146_097) : (era, ofEra);
        var year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        var ofYear = ofEra - (365 * year + year / 4 - year / 100);
        var month = (5 * ofYear + 2) / 153;
        return Day.Of((int)(year + era * 400 + (month >= 10 ? 1 : 0)), (int)(month < 10 ? month + 3 : month - 9),
            (int)(ofYear - (153 * month + 2) / 5 + 1));
    }

    private static void Text(ref Hash64 hash, ReadOnlySpan<byte> utf8)
    {
        hash.Add((ulong)Fold.Text);
        TextFold.Add(ref hash, utf8);
    }

    /// <summary>Columns of a fixed width fill up with zeros or spaces.</summary>
    private static void Bytes(ref Hash64 hash, ReadOnlySpan<byte> bytes)
    {
        hash.Add((ulong)Fold.Bytes);
        hash.Add(bytes.TrimEnd([(byte)0, (byte)' ']));
    }
}
