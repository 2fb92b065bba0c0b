namespace Holdfast.Supervisor.Machine;

/// <summary>The fields of /proc/PID/stat. The start time (ticks since boot) and the pid name a process for good.</summary>
internal sealed record ProcessStat(int Pid, char State, int Parent, int Group, int Session, ulong StartTime, int Threads = 1)
{
    /// <summary>A zombie with more than one thread lives: only its first thread has left.</summary>
    public bool Lives => State is not ('Z' or 'X') || Threads > 1;

    public static ProcessStat? Parse(string text)
    {
        // The name may contain blanks and brackets: fields are counted from the last bracket on.
        var name = text.IndexOf('(', StringComparison.Ordinal);
        var end = text.LastIndexOf(')');
        if (name < 1 || end < name)
        {
            return null;
        }

        var fields = text[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var whole = CultureInfo.InvariantCulture;
        return fields.Length > 19 && int.TryParse(text[..name], whole, out var pid) && fields[0].Length == 1
            && int.TryParse(fields[1], whole, out var parent) && int.TryParse(fields[2], whole, out var group)
            && int.TryParse(fields[3], whole, out var session) && ulong.TryParse(fields[19], whole, out var start)
            && int.TryParse(fields[17], whole, out var threads)
                ? new ProcessStat(pid, fields[0][0], parent, group, session, start, threads)
                : null;
    }
}

/// <summary>The machine's processes, read from /proc.</summary>
internal static class ProcTable
{
    public static ProcessStat? Read(int pid) => Text($"/proc/{pid}/stat") is { } text ? ProcessStat.Parse(text) : null;

    /// <summary>The whole line of /proc/PID/stat; "" when there is no such process.</summary>
    public static string Stat(int pid) => Text($"/proc/{pid}/stat") ?? "";

    public static IReadOnlyList<ProcessStat> All()
    {
        var all = new List<ProcessStat>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var pid)
                && Read(pid) is { } stat)
            {
                all.Add(stat);
            }
        }

        return all;
    }

    /// <summary>The variable by which the supervisor and the guard know a component's processes.</summary>
    public const string DirectoryVariable = "HOLDFAST_DIR";

    /// <summary>HOLDFAST_DIR in a process's environment; null: it has none, or is not ours to read.</summary>
    public static string? ComponentDirectory(int pid)
    {
        const string Name = DirectoryVariable + "=";
        var entry = Text($"/proc/{pid}/environ")?.Split('\0')
            .FirstOrDefault(e => e.StartsWith(Name, StringComparison.Ordinal));
        return entry?[Name.Length..];
    }

    public static string BootId() => Text("/proc/sys/kernel/random/boot_id")?.Trim() ?? "";

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it ended between the listing and the look, or belongs to somebody else
        }
    }
}
