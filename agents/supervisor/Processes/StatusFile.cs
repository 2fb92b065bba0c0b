using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Processes;

/// <summary>A component's own words in status.json. Positions are unix seconds.</summary>
internal sealed record ComponentStatus
{
    public required ComponentState State { get; init; }
    public long? Checkpoint { get; init; }
    public long? Begin { get; init; }
    public long? End { get; init; }
    public double? DelaySeconds { get; init; }
    public IReadOnlyList<ConsumerCheckpoint>? Consumers { get; init; }
    public string? Endpoint { get; init; }
    public string? PositionBegin { get; init; }
    public string? PositionEnd { get; init; }
    public string? SystemId { get; init; }
    public long? Bytes { get; init; }
    public long? SourceLagMs { get; init; }
    public long? Barrier { get; init; }
    public long? Term { get; init; }
    public string? Error { get; init; }
}

/// <summary>One look at a status file.</summary>
internal abstract record StatusRead
{
    public sealed record Missing : StatusRead;

    /// <summary>The same file as at the last look.</summary>
    public sealed record Unchanged : StatusRead;

    public sealed record Good(ComponentStatus Status, FileStamp Stamp) : StatusRead;

    public sealed record Bad(string Error, FileStamp Stamp) : StatusRead;
}

/// <summary>
/// Reads status.json and holds it to the rules (docs/components.md). Whatever stands there is a value, never an exception.
/// </summary>
internal static class StatusFile
{
    public const string Name = "status.json";
    public const int BytesMax = 64 * 1024;

    /// <summary>A name given twice is a mistake of which either half may be meant.</summary>
    private static readonly JsonTypeInfo<ComponentStatus> Strict = (JsonTypeInfo<ComponentStatus>)
        new JsonSerializerOptions(StatusJson.Default.Options) { AllowDuplicateProperties = false }.GetTypeInfo(typeof(ComponentStatus));

    public static StatusRead Read(string folder, FileStamp? last)
    {
        try
        {
            switch (RegularFile.Open(folder, Name, last: last))
            {
                case FileFound.Missing:
                    return new StatusRead.Missing();
                case FileFound.Unchanged:
                    return new StatusRead.Unchanged();
                case FileFound.Refused refused:
                    return new StatusRead.Bad($"{Codes.StatusUnreadable} {refused.Why}", refused.Stamp);
                case FileFound.Opened opened:
                    using (var file = opened.Handle)
                    {
                        var bytes = opened.Stamp.Length > BytesMax ? null : RegularFile.Read(file, 0, BytesMax + 1);
                        return bytes is null || bytes.Length > BytesMax ? TooLarge(opened.Stamp) : Parse(bytes, opened.Stamp);
                    }

                default:
                    throw new InvalidOperationException("A file is found or not.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new StatusRead.Bad($"{Codes.StatusUnreadable} {Name} cannot be read: {e.Message}", default);
        }
    }

    private static StatusRead.Bad TooLarge(FileStamp stamp) =>
        new($"{Codes.StatusUnreadable} {Name} must be a file of at most {BytesMax} bytes.", stamp);

    public static StatusRead Parse(ReadOnlySpan<byte> json, FileStamp stamp)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Strict) is not { } status ? Bad("it is null.", stamp)
                : Broken(status) is { } broken ? Bad(broken.ToString(), stamp)
                : new StatusRead.Good(status with { Error = status.Error is { } error ? ComponentRules.Sentence(error) : null }, stamp);
        }
        catch (JsonException e)
        {
            return Bad($"it is not what it should be (line {e.LineNumber + 1}, path {e.Path ?? "$"}); "
                + "write it to another name and rename it.", stamp);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Bad($"it cannot be understood: {e.Message}", stamp); // whatever it is, it is this component's
        }
    }

    private static StatusRead.Bad Bad(string why, FileStamp stamp) =>
        new(ComponentRules.Sentence($"{Codes.StatusBroken} {Name}: {why}"), stamp);

    internal static BrokenRule? Broken(ComponentStatus said) => ComponentRules.Broken(new ComponentReport
    {
        Name = Name,
        Kind = ComponentKind.Store,
        Epoch = 0,
        State = said.State,
        Checkpoint = said.Checkpoint,
        Begin = said.Begin,
        End = said.End,
        DelaySeconds = said.DelaySeconds,
        Consumers = said.Consumers,
        Endpoint = said.Endpoint,
        PositionBegin = said.PositionBegin,
        PositionEnd = said.PositionEnd,
        SystemId = said.SystemId,
        Bytes = said.Bytes,
        SourceLagMs = said.SourceLagMs,
        Barrier = said.Barrier,
        Term = said.Term,
    });
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(ComponentStatus))]
[JsonSerializable(typeof(EndingsFile))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class StatusJson : JsonSerializerContext;
