namespace Holdfast.App.Operator;

/// <summary>Positions in a source's log, which the API counts in unix seconds, as people write and read them. Pure.</summary>
internal static class Positions
{
    internal static long Read(string given) =>
        long.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds
        : DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUnixTimeSeconds()
        : throw new IOException($"'{given}' must be unix seconds, or a moment such as 2026-03-01T00:00:00Z");

    /// <summary>Null: there is none.</summary>
    internal static string? Shown(long? seconds) => seconds is { } at ? Iso.Seconds(DateTimeOffset.FromUnixTimeSeconds(at)) : null;
}
