namespace Holdfast.Contracts;

/// <summary>
/// A request in the reply to a heartbeat: somebody waits for the last lines of a log on that host. Said with each reply until a report
/// answers it or nobody waits any more; who has read <c>Id</c> already passes over it.
/// </summary>
public sealed record LogWanted
{
    public required string Id { get; init; }

    /// <summary>Null: what the supervisor itself said last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Component { get; init; }

    /// <summary>Count of lines of each output, 1 to <see cref="LogTail.LinesMax"/>.</summary>
    public required int Lines { get; init; }
}

/// <summary>The end of one output, oldest line first.</summary>
public sealed record LogOutput
{
    /// <summary>Its file on the host, without the directory: <c>stdout.log</c>, <c>stderr.log</c>, <c>supervisor</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Lines without line ends; bytes that are no UTF-8 are U+FFFD.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The first line is too long: it lacks its beginning.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FirstIsCut { get; init; }
}

/// <summary>
/// The answer to a <see cref="LogWanted"/>, in a heartbeat. Said once: a lease must not depend on a large heartbeat that is
/// repeated over a slow line. It goes to whoever asked and nowhere else: logs may hold secrets, so no batch carries it.
/// </summary>
public sealed record LogTail
{
    public const int LinesMax = 1_000;

    /// <summary>The most bytes of all outputs together, each line with its end.</summary>
    public const int BytesMax = 64 * 1024;

    public required string Id { get; init; }

    /// <summary>Empty: there is no such log on this host.</summary>
    public required IReadOnlyList<LogOutput> Outputs { get; init; }

    /// <summary>The reason why it cannot be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
