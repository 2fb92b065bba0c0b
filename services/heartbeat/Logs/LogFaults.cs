namespace Holdfast.Heartbeat.Logs;

/// <summary>Faults for which a log is not shown: 6xx.</summary>
internal static class LogFaults
{
    internal static Fault BadLines(int lines) => Fault.Invalid("HB-601", "Leave lines out for the last 200.",
        new FieldFault("lines", lines, $"must be 1 to {LogTail.LinesMax}"));

    internal static Fault UnknownComponent(string name, bool isStore) => Fault.NotFound("HB-602", isStore ? "Store" : "component", name,
        isStore ? "See GET /api/v1/stores for all names." : "See GET /api/v1/components and GET /api/v1/stores for all names.");

    internal static Fault Silent(string host, TimeSpan? silence) => new("HB-603", 409, "The host is silent",
        $"{Heard(host, silence)}: its logs cannot be asked for.",
        $"See GET /api/v1/hosts/{host}. The files stay on the host, in components/ of its supervisor's work directory.");

    internal static Fault TooOld(string host) => new("HB-604", 409, "The host's supervisor serves no logs",
        $"The supervisor of {host} is of an older version, which does not know how to serve logs.",
        "Install this version's supervisor there; until then read the files in components/ of its work directory.");

    internal static Fault NoLog(string host, string? component) => new("HB-605", 404, "There is no log",
        $"{host} keeps no output of {component ?? "its supervisor"}.",
        "It has not been started there, or was removed with its data. Name another host with ?host= if it ran elsewhere before.");

    internal static Fault Unreadable(string host, string why) => new("HB-606", 502, "The log cannot be read",
        $"{host} says: {why}", "Ask again; if it stays so, look at the file on the host: its rights, its disk.");

    internal static Fault TooMany { get; } = new("HB-607", 503, "Too many logs are asked for",
        $"At most {LogRequests.OpenMax} logs are read at one time, {LogRequests.OfHostMax} of one host.", "Ask again in a second.");

    internal static Fault Late(string host, TimeSpan? silence) => new("HB-608", 504, "The host did not answer in time",
        $"{host} did not send the log within {LogRequests.WaitMax.TotalSeconds:0} s. {Heard(host, silence)}.",
        $"Ask again. If it stays so, see GET /api/v1/hosts/{host}, and whether its supervisor is of this version: an older one is mute.");

    private static string Heard(string host, TimeSpan? silence) => silence is { } since
        ? string.Create(CultureInfo.InvariantCulture, $"{host} was last heard here {since.TotalSeconds:0.0} s ago")
        : $"{host} was never heard here";
}
