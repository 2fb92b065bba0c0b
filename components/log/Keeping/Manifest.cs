using System.Text.Json.Serialization;
using Holdfast.Log.Files;
using Holdfast.Log.Format;

namespace Holdfast.Log.Keeping;

/// <summary>The list of what a log's folder holds. It is small, and a rename replaces it as a whole.</summary>
internal sealed record Manifest
{
    public required uint Format { get; init; }

    public required string SourceKind { get; init; }

    public required string SystemId { get; init; }

    public string Subtopic { get; init; } = "";

    /// <summary>Each term of the tenant and the position after which it began.</summary>
    public IReadOnlyList<ManifestTerm> Terms { get; init; } = [];

    /// <summary>Segments in the order of their positions; the last one is open.</summary>
    public IReadOnlyList<Segment> Segments { get; init; } = [];

    public IReadOnlyList<ManifestConsumer> Consumers { get; init; } = [];

    /// <summary>CRC32C of the same JSON with null here.</summary>
    public uint? Crc { get; init; }
}

internal sealed record ManifestTerm(ulong Term, Position After);

internal sealed record ManifestConsumer(string Task, Position Checkpoint);

/// <summary>A file of the log. Everything of the source after <see cref="After"/> up to <see cref="Last"/> is in it.</summary>
internal sealed record Segment
{
    public required long Number { get; init; }

    public required Position After { get; init; }

    /// <summary>The latest commit time before it.</summary>
    public required long AfterTime { get; init; }

    public required Position Last { get; init; }

    /// <summary>The latest commit time up to its end.</summary>
    public required long MaxTime { get; init; }

    /// <summary>End of its last block; of the open one, of what may be read.</summary>
    public required long End { get; init; }

    /// <summary>Length of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Time at which it was closed, by our clock; null: it is open.</summary>
    public DateTimeOffset? Closed { get; init; }

    [JsonIgnore]
    internal string Name => NameOf(Number);

    internal static string NameOf(long number) => number.ToString("D12", System.Globalization.CultureInfo.InvariantCulture) + ".seg";
}

/// <summary>Positions as they are written for people.</summary>
internal sealed class PositionJson : JsonConverter<Position>
{
    public override Position Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Position.TryParse(reader.GetString(), out var position) ? position : throw new JsonException("a position is no position");

    public override void Write(Utf8JsonWriter writer, Position value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    RespectNullableAnnotations = true, Converters = [typeof(PositionJson)])]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;

/// <summary>The MANIFEST as a file.</summary>
internal static class ManifestFile
{
    private const string Name = "MANIFEST";
    private const string Next = "MANIFEST.next";

    /// <summary>Null: there is none.</summary>
    /// <exception cref="JsonException">It is no manifest, or not as it was written.</exception>
    internal static Manifest? Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return null;
        }

        var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.Manifest)
            ?? throw new JsonException("it is null");
        // A newer format may have fields that are not known here: it is refused for its format, not for its checksum.
        return manifest.Format > SegmentHeader.Format || manifest.Crc == Checksum(manifest)
            ? manifest
            : throw new JsonException("its checksum does not fit");
    }

    /// <summary>Replaces it; what was there stays when that fails.</summary>
    internal static void Write(string folder, Manifest manifest)
    {
        var (path, next) = (Path.Combine(folder, Name), Path.Combine(folder, Next));
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest with { Crc = Checksum(manifest) }, ManifestJson.Default.Manifest);
        using (var file = File.OpenHandle(next, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            RandomAccess.Write(file, json, 0);
            Posix.SyncData(file);
        }

        File.Move(next, path, overwrite: true);
        Posix.SyncFolder(folder);
    }

    private static uint Checksum(Manifest manifest) =>
        Crc32C.Of(JsonSerializer.SerializeToUtf8Bytes(manifest with { Crc = null }, ManifestJson.Default.Manifest));
}
