using Holdfast.App.Processes;

namespace Holdfast.Tests;

/// <summary>Reads from /proc about the processes of a run, whoever their parents are.</summary>
internal static class Proc
{
    /// <summary>Processes with this text in their environment or command line; not this one.</summary>
    internal static IReadOnlyList<ProcessMark> Naming(string text) =>
        [.. Ids().Where(pid => Read(pid, "environ").Contains(text, StringComparison.Ordinal)
            || Read(pid, "cmdline").Contains(text, StringComparison.Ordinal)).Select(ProcessMark.Of).OfType<ProcessMark>()];

    /// <summary>Processes that belong to a component of this host.</summary>
    internal static IReadOnlyList<ProcessMark> ComponentsOf(string data, string host) =>
        Naming($"HOLDFAST_DIR={Path.Combine(data, "fleet", host, "components")}/");

    /// <summary>Each component's process on this host with its component and epoch, so that two lists can be compared.</summary>
    internal static IEnumerable<string> Marks(string data, string host) => ComponentsOf(data, host)
        .Select(p => $"{Variable(p.Pid, "HOLDFAST_COMPONENT")} epoch {Variable(p.Pid, "HOLDFAST_EPOCH")}: {p}");

    /// <summary>Component and epoch of each process that runs on this host.</summary>
    internal static IReadOnlyList<(string Component, long Epoch)> Running(string data, string host) =>
        [.. ComponentsOf(data, host)
            .Select(p => (Component: Variable(p.Pid, "HOLDFAST_COMPONENT"), Epoch: Variable(p.Pid, "HOLDFAST_EPOCH")))
            .Where(c => c.Epoch.Length > 0)
            .Select(c => (c.Component, long.Parse(c.Epoch, CultureInfo.InvariantCulture))).Distinct()];

    /// <summary>The process and all that descend from it.</summary>
    internal static IReadOnlyList<ProcessMark> Family(ProcessMark root)
    {
        var parents = Ids().ToDictionary(pid => pid, Parent);
        return [.. parents.Keys.Where(pid => IsBelow(pid, root.Pid, parents)).Select(ProcessMark.Of).OfType<ProcessMark>()];
    }

    internal static ProcessMark Guard(ProcessMark supervisor) =>
        Family(supervisor).Single(p => Parent(p.Pid) == supervisor.Pid
            && Read(p.Pid, "cmdline").Contains("guard", StringComparison.Ordinal));

    /// <summary>Text for messages: what these processes are.</summary>
    internal static string Describe(IEnumerable<ProcessMark> processes) =>
        string.Join("; ", processes.Select(p => $"{p.Pid} {Read(p.Pid, "cmdline").Replace('\0', ' ')}"));

    private static bool IsBelow(int pid, int root, Dictionary<int, int> parents)
    {
        for (var at = pid; at > 1; at = parents.GetValueOrDefault(at))
        {
            if (at == root)
            {
                return true;
            }
        }

        return false;
    }

    private static int Parent(int pid)
    {
        var stat = Read(pid, "stat");
        return stat.Length == 0
            ? 0
            : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static string Variable(int pid, string name) =>
        Read(pid, "environ").Split('\0')
            .FirstOrDefault(v => v.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";

    private static IEnumerable<int> Ids() => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0 && pid != Environment.ProcessId);

    /// <summary>Empty for a process that is gone.</summary>
    private static string Read(int pid, string file)
    {
        try
        {
            return Encoding.Latin1.GetString(File.ReadAllBytes($"/proc/{pid}/{file}"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
