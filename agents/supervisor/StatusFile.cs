using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Contracts;

namespace Holdfast.Supervisor;

/// <summary>What a component says of itself in status.json. Positions are unix seconds.</summary>
internal sealed record ComponentStatus
{
    public required ComponentState State { get; init; }
    public long? Checkpoint { get; init; }
    public long? Begin { get; init; }
    public long? End { get; init; }
    public double? DelaySeconds { get; init; }
    public IReadOnlyList<ConsumerCheckpoint>? Consumers { get; init; }
    public string? Error { get; init; }
}

/// <summary>One look at a status file.</summary>
internal abstract record StatusRead
{
    public sealed record Missing : StatusRead;

    /// <summary>The same file as at the last look.</summary>
    public sealed record Unchanged : StatusRead;

    public sealed record Good(ComponentStatus Status, StatusStamp Stamp) : StatusRead;

    public sealed record Bad(string Error, StatusStamp Stamp) : StatusRead;
}

/// <summary>By which a replaced file is told from the one before.</summary>
internal readonly record struct StatusStamp(DateTime Written, long Length);

internal static class StatusFile
{
    public const int BytesMax = 64 * 1024;
    public const int ConsumersMax = 1000;
    public const int ErrorCharsMax = 1000;

    public static StatusRead Read(string path, StatusStamp? last)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return new StatusRead.Missing();
            var stamp = new StatusStamp(file.LastWriteTimeUtc, file.Length);
            if (stamp == last)
                return new StatusRead.Unchanged();
            if (file.LinkTarget is not null || file.Length > BytesMax)
                return new StatusRead.Bad($"status.json must be a file of at most {BytesMax} bytes.", stamp);
            var bytes = new byte[file.Length];
            const FileShare Anybody = FileShare.ReadWrite | FileShare.Delete;
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, Anybody);
            return Parse(bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)), stamp);
        }
        catch (FileNotFoundException)
        {
            return new StatusRead.Missing();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new StatusRead.Bad($"status.json cannot be read: {e.Message}", default);
        }
    }

    public static StatusRead Parse(ReadOnlySpan<byte> json, StatusStamp stamp)
    {
        try
        {
            var status = JsonSerializer.Deserialize(json, SupervisorJson.Default.ComponentStatus);
            return status switch
            {
                null => new StatusRead.Bad("status.json is null.", stamp),
                { Consumers.Count: > ConsumersMax } =>
                    new StatusRead.Bad($"status.json names more than {ConsumersMax} consumers.", stamp),
                { Consumers: { } consumers } when consumers.Any(c => c?.Task is null) =>
                    new StatusRead.Bad("status.json has a consumer without a task.", stamp),
                { Error.Length: > ErrorCharsMax } =>
                    new StatusRead.Good(status with { Error = status.Error[..ErrorCharsMax] }, stamp),
                _ => new StatusRead.Good(status, stamp),
            };
        }
        catch (JsonException e)
        {
            return new StatusRead.Bad(
                $"status.json is not what it should be (line {e.LineNumber + 1}, path {e.Path ?? "$"}); "
                + "write it to another name and rename it.", stamp);
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(ComponentStatus))]
[JsonSerializable(typeof(HostReport))]
[JsonSerializable(typeof(IReadOnlyList<ComponentReport>))]
[JsonSerializable(typeof(InventoryFile))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class SupervisorJson : JsonSerializerContext;
