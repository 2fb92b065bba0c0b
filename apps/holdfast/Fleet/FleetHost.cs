using Holdfast.App.Processes;

namespace Holdfast.App.Fleet;

/// <summary>A host of the local fleet: a supervisor process with a directory of its own.</summary>
internal sealed record FleetHost(string Id, string Idc)
{
    internal const string Region = "local";

    internal static IReadOnlyList<FleetHost> All { get; } = [new("h1", "a"), new("h2", "a"), new("h3", "b")];

    internal static FleetHost? Named(string id) => All.FirstOrDefault(host => host.Id == id);

    internal string WorkDirectory(string data) => Path.Combine(Directory(data), Id);

    /// <summary>Its own, which reports for this host and does nothing else.</summary>
    internal string TokenFile(string data) => Path.Combine(Directory(data), $"{Id}.token");

    internal string LogFile(string data) => Path.Combine(data, "logs", $"{Id}.log");

    internal FleetRecord? Read(string data) => JsonFile.Read<FleetRecord>(RecordFile(data));

    internal void Write(string data, FleetRecord record) => JsonFile.Write(RecordFile(data), record);

    /// <summary>Its being there asks the run to start this host's supervisor.</summary>
    internal string StartRequestFile(string data) => Path.Combine(Directory(data), $"{Id}.start");

    private string RecordFile(string data) => Path.Combine(Directory(data), $"{Id}.json");

    private static string Directory(string data) => Path.Combine(data, "fleet");
}

/// <summary>
/// {data}/fleet/{host}.json: <c>pid</c> stands alone for scripts, <c>startTicks</c> tells whether it is still
/// that process.
/// </summary>
internal sealed record FleetRecord(string Host, int Pid, long StartTicks, string Log)
{
    internal ProcessMark Process => new(Pid, StartTicks);
}
