namespace Holdfast.HaScheduler.Replay;

/// <summary>
/// Format of a segment: gzip of a header and frames. A frame has a kind, the changes since the frame before it, the decisions, and a
/// checksum; the first one has everything.
/// </summary>
internal static class PassFormat
{
    internal const string Mark = "holdfast passes";
    internal const int Version = 1;

    internal const byte Pass = 1;

    /// <summary>The last frame of a segment that was closed in order.</summary>
    internal const byte End = 2;

    /// <summary>More than any fleet has, less than what a damaged number would make of memory.</summary>
    private const int CountMax = 10_000_000;

    private const int JsonMax = 64 << 20;

    internal static void Json<T>(BinaryWriter to, T value) => Bytes(to, Recorded.Bytes(value));

    internal static void Bytes(BinaryWriter to, byte[] bytes)
    {
        to.Write7BitEncodedInt(bytes.Length);
        to.Write(bytes);
    }

    internal static T Json<T>(BinaryReader from) => Json<T>(Bytes(from));

    internal static T Json<T>(byte[] bytes) =>
        JsonSerializer.Deserialize<T>(bytes, Recorded.Json) ?? throw new InvalidDataException($"null for a {typeof(T).Name}");

    internal static byte[] Bytes(BinaryReader from)
    {
        var length = from.Read7BitEncodedInt();
        if (length is < 0 or > JsonMax)
        {
            throw new InvalidDataException($"{length} is no length");
        }

        var bytes = from.ReadBytes(length);
        return bytes.Length == length ? bytes : throw new EndOfStreamException();
    }

    /// <summary>
    /// Reads what <see cref="BinaryWriter.Write(string)"/> wrote. A reader's own method takes a damaged length for a failure of the disk.
    /// </summary>
    internal static string Text(BinaryReader from) => Encoding.UTF8.GetString(Bytes(from));

    internal static int Count(BinaryReader from) => from.Read7BitEncodedInt() is >= 0 and <= CountMax and var count
        ? count
        : throw new InvalidDataException("a count is out of its bounds");

    /// <summary>Places in a list, in order, each as the distance from the one before.</summary>
    internal static void Places(BinaryWriter to, IReadOnlyList<int> places)
    {
        to.Write7BitEncodedInt(places.Count);
        var before = 0;
        foreach (var place in places)
        {
            to.Write7BitEncodedInt(place - before);
            before = place;
        }
    }

    internal static int[] Places(BinaryReader from, int most)
    {
        var places = new int[Count(from)];
        var before = 0;
        for (var n = 0; n < places.Length; n++)
        {
            before += from.Read7BitEncodedInt();
            places[n] = before >= 0 && before < most ? before : throw new InvalidDataException($"{before} is no place of {most}");
        }

        return places;
    }
}
