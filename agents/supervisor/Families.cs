namespace Holdfast.Supervisor;

/// <summary>A process that is or was a component's leader (or a guard): pid and start time together.</summary>
internal sealed record Leader(string Name, int Pid, ulong StartTime, string Directory, string Cgroup);

/// <summary>Finds and kills all that belongs to components, when the guard cannot.</summary>
internal static class Families
{
    /// <summary>
    /// Who must die: leaders whose pid and start time match, their groups and sessions, whoever carries one of the
    /// directories, and all their descendants. A reused pid matches nothing.
    /// </summary>
    public static IReadOnlyList<ProcessStat> Members(
        IReadOnlyList<ProcessStat> table,
        IReadOnlyCollection<Leader> leaders,
        Func<ProcessStat, bool> marked,
        int self)
    {
        var present = table.ToDictionary(p => p.Pid);
        var own = leaders.Where(l => present.TryGetValue(l.Pid, out var p) && p.StartTime == l.StartTime)
            .Select(l => l.Pid).ToHashSet();
        var members = table
            .Where(p => own.Contains(p.Pid) || own.Contains(p.Group) || own.Contains(p.Session) || marked(p))
            .Select(p => p.Pid).ToHashSet();
        members.Remove(self);
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var p in table)
            {
                if (p.Pid != self && members.Contains(p.Parent))
                    grown |= members.Add(p.Pid);
            }
        }
        return [.. table.Where(p => members.Contains(p.Pid) && p.Lives)];
    }

    /// <summary>One round of killing; returns how many lived. Call again until none does.</summary>
    public static int Kill(IReadOnlyCollection<Leader> leaders, string componentsFolder)
    {
        foreach (var leader in leaders)
            KillGroup(leader);
        var prefix = componentsFolder + "/";
        var inCgroups = leaders.SelectMany(l => Cgroups.Members(l.Cgroup)).ToHashSet();
        var members = Members(
            ProcTable.All(),
            leaders,
            p => inCgroups.Contains(p.Pid) || (ProcTable.ComponentDirectory(p.Pid) is { } directory
                && directory.StartsWith(prefix, StringComparison.Ordinal)),
            Environment.ProcessId);
        foreach (var member in members)
            KillExactly(member);
        if (members.Count == 0)
        {
            foreach (var leader in leaders)
                Cgroups.Remove(leader.Cgroup);
        }
        return members.Count;
    }

    /// <summary>The quick way: the whole group at once, when its leader is still the one that is known.</summary>
    public static void KillGroup(Leader leader)
    {
        Cgroups.Kill(leader.Cgroup);
        if (ProcTable.Read(leader.Pid) is { } now && now.StartTime == leader.StartTime)
        {
            Native.Signal(-leader.Pid, Native.SigKill);
            Native.Signal(leader.Pid, Native.SigKill);
        }
    }

    private static void KillExactly(ProcessStat process)
    {
        if (ProcTable.Read(process.Pid) is { } now && now.StartTime == process.StartTime)
            Native.Signal(process.Pid, Native.SigKill);
    }
}
