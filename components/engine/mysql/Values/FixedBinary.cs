using System.Net;

namespace Holdfast.Engine.MySql.Values;

/// <summary>MariaDB's types that are bytes of a fixed width in its log.</summary>
internal static class FixedBinary
{
    private const int Bytes = 16;

    /// <summary>
    /// A UUID: its parts are turned around on the disk, for those with a time in them to be in its order. Versions 6 and above, which
    /// are in order by themselves, are left as they are by servers of 11.x, and marked by their version's place.
    /// </summary>
    internal static Guid Uuid(ReadOnlySpan<byte> bytes)
    {
        Span<byte> all = stackalloc byte[Bytes];
        all.Clear();
        Check(bytes);
        bytes.CopyTo(all);
        // node 6, clock 2, high 2, middle 2, low 4 → low, middle, high, clock, node
        Span<byte> turned = [.. all[12..16], .. all[10..12], .. all[8..10], .. all[6..8], .. all[0..6]];
        return new Guid(turned, bigEndian: true);
    }

    /// <summary>An address of either family.</summary>
    internal static string Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Bytes)
        {
            throw new NoValueException($"{bytes.Length} bytes are no address");
        }

        Span<byte> all = stackalloc byte[bytes.Length <= 4 ? 4 : Bytes];
        all.Clear();
        bytes.CopyTo(all);
        return new IPAddress(all).ToString();
    }

    private static void Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Bytes)
        {
            throw new NoValueException($"{bytes.Length} bytes are no UUID");
        }
    }
}
