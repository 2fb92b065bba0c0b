using System.Text.Json.Serialization;

namespace Holdfast.StoreWire.Frames;

/// <summary>Consumer to Store, first.</summary>
public sealed record Hello
{
    /// <summary>The highest version of the protocol that the consumer speaks.</summary>
    public required int Version { get; init; }

    /// <summary>Ticket from <c>resolve</c>: says which task may read, and until when it may begin to.</summary>
    public string Ticket { get; set; } = "";
}

/// <summary>Store to consumer.</summary>
public sealed record Welcome
{
    /// <summary>The version that both speak.</summary>
    public required int Version { get; init; }

    /// <summary>Name of the Store, for messages.</summary>
    public required string Store { get; init; }

    /// <summary>Kind of the source's engine.</summary>
    public required string Kind { get; init; }

    /// <summary>Positions mean something only together with this.</summary>
    public required string SystemId { get; init; }

    /// <summary>The range that can be served now.</summary>
    public required WireRange Range { get; init; }

    /// <summary>The terms of its log, the oldest first.</summary>
    public IReadOnlyList<WireTerm> Terms { get; set; } = [];

    /// <summary>Names of the Stores through which it reads its source, the nearest first; none: it reads the source itself.</summary>
    public IReadOnlyList<string> Through { get; set; } = [];
}

/// <summary>A term of a log, and the position after which it began.</summary>
public sealed record WireTerm(ulong Term, string After);

/// <summary>The range that a Store can serve. Null: it has nothing yet.</summary>
public sealed record WireRange
{
    /// <summary>A consumer may start after this.</summary>
    public string? First { get; init; }

    /// <summary>The last transaction that is safe on disk.</summary>
    public string? Last { get; init; }

    /// <summary>Commit time at <see cref="First"/>, unix seconds.</summary>
    public long? Begin { get; init; }

    /// <summary>Exact time of the beginning: all up to <see cref="First"/> was committed at or before this, in microseconds.</summary>
    public long? BeginMicroseconds { get; init; }

    /// <summary>Commit time at <see cref="Last"/>, unix seconds.</summary>
    public long? End { get; init; }
}

/// <summary>Consumer to Store.</summary>
public sealed record Open
{
    /// <summary>The task that reads.</summary>
    public required string Task { get; init; }

    /// <summary>The source whose positions the consumer knows; null: it knows none yet.</summary>
    public string? SystemId { get; init; }

    /// <summary>The last position that the consumer has; null: it starts by time.</summary>
    public string? After { get; init; }

    /// <summary>Unix seconds: everything that was committed from then on. Only without <see cref="After"/>.</summary>
    public long? FromTime { get; init; }

    /// <summary>Start time in microseconds, for those who must know the exact position of a time; it goes before seconds.</summary>
    public long? FromMicroseconds { get; init; }

    /// <summary>It comes this once: nothing is kept for it when it is away.</summary>
    public bool IsPassing { get; init; }

    /// <summary>Patterns of <c>schema.table</c>; none: every table.</summary>
    public IReadOnlyList<string> Tables { get; set; } = [];

    /// <summary>Marks whose transactions are left out.</summary>
    public IReadOnlyList<string> OriginsLeftOut { get; set; } = [];

    /// <summary>Bytes of blocks that the Store may send before it hears more.</summary>
    public required long Credit { get; init; }
}

/// <summary>Store to consumer.</summary>
/// <param name="After">The stream holds everything after this.</param>
public sealed record Opened(string After);

/// <summary>Store to consumer: nothing is served.</summary>
public sealed record RefusedFrame
{
    /// <summary>Stable, in docs/errors.md.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The range that could be served.</summary>
    public WireRange? Range { get; init; }
}

/// <summary>Consumer to Store.</summary>
/// <param name="Checkpoint">Everything up to here is applied.</param>
/// <param name="Seconds">Commit time there, unix seconds.</param>
public sealed record Report(string Checkpoint, long Seconds);

/// <summary>The JSON of these.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(Open))]
[JsonSerializable(typeof(Opened))]
[JsonSerializable(typeof(RefusedFrame))]
[JsonSerializable(typeof(Report))]
internal sealed partial class WireJson : JsonSerializerContext
{
    internal static T Read<T>(Frame frame, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(frame.Payload.Span, type)
                ?? throw new ProtocolException($"a frame {frame.Type} holds null");
        }
        catch (JsonException error)
        {
            throw new ProtocolException($"a frame {frame.Type} is not what it should be: {error.Message}");
        }
    }
}
