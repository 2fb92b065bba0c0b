namespace Holdfast.Contracts;

/// <summary>
/// A moment as people read it, the same in every table, sentence, log and alert: ISO 8601 in UTC, with its zone. Pure. The browser
/// shows the viewer's zone (services/console/Assets/console.js).
/// </summary>
public static class Iso
{
    public static string Seconds(DateTimeOffset at) => Write(at, "yyyy-MM-dd'T'HH:mm:ss'Z'");

    public static string Tenths(DateTimeOffset at) => Write(at, "yyyy-MM-dd'T'HH:mm:ss.f'Z'");

    public static string Millis(DateTimeOffset at) => Write(at, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    private static string Write(DateTimeOffset at, string format) => at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
