namespace Holdfast.ConsoleUi.Wording;

/// <summary>Things of the fleet as people read them. Pure.</summary>
internal static class Words
{
    /// <summary>The reference's own word: Incr-Sync.</summary>
    internal static string Of<T>(T value) where T : struct, Enum => JsonSerializer.SerializeToElement(value).GetString()!;

    /// <summary>A decision's code as people read it: what is done has none.</summary>
    internal static string OfCode(string code) => code == "act" ? "ACTION" : code;

    /// <summary>The first level is named after what has stopped, which is not a state of a component.</summary>
    internal static string OfLevel(int level) => level == (int)AlertLevel.Stopped ? "Outage" : ((AlertLevel)level).ToString();

    /// <summary>An act, all well, or a reason why nothing was done.</summary>
    internal static string ToneOfCode(string code) => code switch
    {
        "act" => "",
        "HA-200" => "ok",
        _ => "warn",
    };

    /// <summary>The page of an object of a decision.</summary>
    internal static string Link(string thing)
    {
        var id = thing[(thing.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return thing.Split(':')[0] switch
        {
            "host" => $"/servers/{Uri.EscapeDataString(id)}",
            "task" => $"/tasks/{Uri.EscapeDataString(id)}",
            "region" => "/",
            "headroom" => "/what-if",
            _ => $"/why/{Uri.EscapeDataString(thing)}",
        };
    }

    /// <summary>4.2 s, 3 min, 2 h: as much as one needs to know.</summary>
    internal static string Span(double? seconds) => seconds switch
    {
        null => "–",
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0} d"),
    };

    /// <summary>+8.8 s, +12 min 3 s, +3 h 20 min: how much later than a beginning.</summary>
    internal static string After(TimeSpan span) => span.TotalSeconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"+{span.TotalSeconds:0.0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"+{(int)span.TotalMinutes} min {span.Seconds} s"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"+{(int)span.TotalHours} h {span.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"+{(int)span.TotalDays} d {span.Hours} h"),
    };

    internal static DateTimeOffset? Position(long? unixSeconds) =>
        unixSeconds is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>A path of the API with what is asked for; what is empty is left out.</summary>
    internal static string Path(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var asked = new List<string>();
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                asked.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }

        return asked.Count == 0 ? path : $"{path}?{string.Join('&', asked)}";
    }
}
