using System.Numerics;

namespace Holdfast.Engine.Kafka.Values;

/// <summary>Decimal digits as the unscaled number's bytes: two's complement, the highest byte first, as short as they go.</summary>
internal static class DecimalBytes
{
    /// <summary>The bytes at a scale, or at the digits' own.</summary>
    /// <returns>Null: they are no number, or have more digits behind the point.</returns>
    internal static (byte[] Bytes, int Scale)? Of(string digits, int? scale)
    {
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var own = point < 0 ? 0 : digits.Length - point - 1;
        if (!BigInteger.TryParse(point < 0 ? digits : digits.Remove(point, 1), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var unscaled))
        {
            return null;
        }

        if (scale is not { } wanted)
        {
            return (unscaled.ToByteArray(isBigEndian: true), own);
        }

        if (wanted >= own)
        {
            return ((unscaled * BigInteger.Pow(10, wanted - own)).ToByteArray(isBigEndian: true), wanted);
        }

        var (quotient, rest) = BigInteger.DivRem(unscaled, BigInteger.Pow(10, own - wanted));
        return rest.IsZero ? (quotient.ToByteArray(isBigEndian: true), wanted) : null;
    }
}
