using System.Runtime.InteropServices;

namespace Holdfast.DataPlane.Tests.Fleet;

/// <summary>Reads from /proc about a fleet's processes, and sends signals to them.</summary>
internal static partial class Processes
{
    internal const int Kill = 9;
    internal const int Continue = 18;
    internal const int Stop = 19;

    /// <summary>Components that have their folders below this one, children of theirs left out.</summary>
    internal static IReadOnlyList<Component> Components(string below) =>
        [.. Ids().Select(id => (id, Environ: Read(id, "environ").Split('\0')))
            .Where(p => Variable(p.Environ, "HOLDFAST_DIR").StartsWith(below + "/", StringComparison.Ordinal)
                && Read(p.id, "cmdline").Contains(PointRequests.Program, StringComparison.Ordinal))
            .Select(p => new Component(p.id, Variable(p.Environ, "HOLDFAST_COMPONENT"), Variable(p.Environ, "HOLDFAST_KIND"),
                long.Parse(Variable(p.Environ, "HOLDFAST_EPOCH"), CultureInfo.InvariantCulture), Variable(p.Environ, "HOLDFAST_DIR")))];

    /// <summary>A process and all that descend from it.</summary>
    internal static IReadOnlyList<int> Family(int root)
    {
        var parents = Ids().ToDictionary(id => id, Parent);
        return [.. parents.Keys.Where(id => IsBelow(id, root, parents))];
    }

    /// <summary>The guard of a supervisor.</summary>
    internal static int Guard(int supervisor) => Family(supervisor).FirstOrDefault(id => Parent(id) == supervisor
        && Read(id, "cmdline").Contains("guard", StringComparison.Ordinal));

    internal static bool Lives(int id) => Read(id, "stat") is { Length: > 0 } stat && stat[stat.LastIndexOf(')') + 2] != 'Z';

    /// <summary>All of them; who is gone does not matter.</summary>
    internal static void Send(IEnumerable<int> ids, int signal)
    {
        foreach (var id in ids)
        {
            _ = Send(id, signal);
        }
    }

    /// <summary>Processes that name this text in their environment or command, this process left out.</summary>
    internal static IReadOnlyList<int> Naming(string text) =>
        [.. Ids().Where(id => Read(id, "environ").Contains(text, StringComparison.Ordinal)
            || Read(id, "cmdline").Contains(text, StringComparison.Ordinal))];

    private static bool IsBelow(int id, int root, Dictionary<int, int> parents)
    {
        for (var at = id; at > 1; at = parents.GetValueOrDefault(at))
        {
            if (at == root)
            {
                return true;
            }
        }

        return false;
    }

    private static int Parent(int id)
    {
        var stat = Read(id, "stat");
        return stat.Length == 0 ? 0 : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static string Variable(string[] environment, string name) =>
        environment.FirstOrDefault(v => v.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";

    private static IEnumerable<int> Ids() => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && id != Environment.ProcessId);

    /// <summary>Empty for a process that is gone.</summary>
    private static string Read(int id, string file)
    {
        try
        {
            return Encoding.Latin1.GetString(File.ReadAllBytes($"/proc/{id}/{file}"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}

/// <summary>A component's process.</summary>
internal sealed record Component(int Id, string Name, string Kind, long Epoch, string Folder)
{
    /// <summary>Output of it and of its former lives.</summary>
    internal string Printed
    {
        get
        {
            var file = Path.Combine(Folder, "stdout.log");
            return File.Exists(file) ? File.ReadAllText(file) : "";
        }
    }
}
