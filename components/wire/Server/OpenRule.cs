using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Server;

/// <summary>The rules for the words of consumers. Pure.</summary>
internal static class OpenRule
{
    /// <summary>Most patterns and marks in one filter.</summary>
    private const int FilterMax = 1000;

    private const int TextMax = 256;

    /// <summary>The year 2100, as everywhere: what is later are milliseconds, or a lie.</summary>
    private const long SecondsMax = 4_102_444_800;

    /// <summary>The first rule that it breaks; null: none.</summary>
    internal static (string Code, string Why)? Fault(Open open, string systemId) =>
        Name(open.Task) is { } task ? ("DP-306", $"task: {task}.")
        : systemId.Length == 0 ? ("DP-304", "The Store has not read its source yet.")
        : open.SystemId is { } known && known != systemId
            ? ("DP-303", $"Task {open.Task} has positions of source {known}, this Store reads {systemId}.")
        : open.Credit <= 0 ? ("DP-306", $"credit: {open.Credit} is not above 0.")
        : open.After is { } after && !Position.TryParse(after, out _) ? ("DP-306", "after: is no position.")
        : open.After is not null && (open.FromTime ?? open.FromMicroseconds) is not null
            ? ("DP-306", "fromTime, fromMicroseconds: are not allowed together with after.")
        : open.FromTime is < 0 or > SecondsMax ? ("DP-306", $"fromTime: {open.FromTime} is not from 0 to {SecondsMax}.")
        : open.FromMicroseconds is < 0 or > SecondsMax * 1_000_000
            ? ("DP-306", $"fromMicroseconds: {open.FromMicroseconds} is not from 0 to {SecondsMax * 1_000_000}.")
        : List("tables", open.Tables) ?? List("originsLeftOut", open.OriginsLeftOut);

    /// <summary>A report, taken apart.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    internal static (Position Position, long Seconds) Read(Report report) =>
        !Position.TryParse(report.Checkpoint, out var position) ? throw new ProtocolException("a report's checkpoint is no position")
        : report.Seconds is < 0 or > SecondsMax
            ? throw new ProtocolException($"a report's seconds are {report.Seconds}, not from 0 to {SecondsMax}")
        : (position, report.Seconds);

    private static string? Name(string task) => task.Length is 0 or > TextMax ? $"has {task.Length} characters, 1 to {TextMax} are allowed"
        : task.Any(char.IsControl) ? "has control characters"
        : null;

    private static (string, string)? List(string field, IReadOnlyList<string?> texts) =>
        texts.Count > FilterMax ? ("DP-306", $"{field}: has {texts.Count} entries, the most is {FilterMax}.")
        : texts.Any(t => t is null or { Length: 0 or > 2 * TextMax })
            ? ("DP-306", $"{field}: each entry must have 1 to {2 * TextMax} characters.")
        : null;
}
