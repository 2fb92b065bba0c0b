namespace Holdfast.Heartbeat.Registry;

/// <summary>The rule for the ids of hosts.</summary>
internal static class HostId
{
    internal static readonly string Rule = Ids.AsciiRule(Ids.HostMax, Ids.HostMarks);

    internal static bool IsValid(string host) => Ids.IsAscii(host, Ids.HostMax, Ids.HostMarks);
}
