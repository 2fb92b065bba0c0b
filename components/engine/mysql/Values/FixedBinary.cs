using System.Net;

namespace Holdfast.Engine.MySql.Values;

/// <summary>MariaDB's types that are bytes of a fixed width in its log.</summary>
internal static class FixedBinary
{
    private const int Bytes = 16;

    /// <summary>A UUID, whose zeros at the end are left out.</summary>
    internal static Guid Uuid(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Bytes)
        {
            throw new NoValueException($"{bytes.Length} bytes are no UUID");
        }

        Span<byte> all = stackalloc byte[Bytes];
        all.Clear();
        bytes.CopyTo(all);
        return new Guid(all, bigEndian: true);
    }

    /// <summary>An address of four bytes or of sixteen, whose zeros at the end are left out.</summary>
    internal static string Address(ReadOnlySpan<byte> bytes, int width)
    {
        if (width is not (4 or Bytes) || bytes.Length > width)
        {
            throw new NoValueException($"{bytes.Length} bytes are no address");
        }

        Span<byte> all = stackalloc byte[width];
        all.Clear();
        bytes.CopyTo(all);
        return new IPAddress(all).ToString();
    }
}
