using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Cleanup;

/// <summary>Names who lives on when a supervisor kills, and whose children die as well.</summary>
internal readonly record struct Kin(IReadOnlyCollection<int> Spared, int? Ancestor)
{
    /// <summary>The kin before a guard has run: a process below this one is somebody else's.</summary>
    public static Kin Stranger { get; } = new([Environment.ProcessId], null);

    /// <summary>The kin of a guard: all that it runs is below it; once it is gone, below the supervisor, which adopts.</summary>
    /// <param name="guard">Its pid; null: there is none.</param>
    public static Kin Of(int? guard) => guard is { } pid
        ? new([Environment.ProcessId, pid], pid)
        : new([Environment.ProcessId], Environment.ProcessId);
}

/// <summary>
/// Gives those who adopt the time to end by themselves once nobody below them lives. A reaper that was stopped has last words to bring to
/// the logs first (ring.c takes two seconds at most).
/// </summary>
internal sealed class Patience(TimeProvider clock)
{
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(3);

    private BootTime? _aloneSince;

    /// <param name="areAlone">Only those who adopt are left.</param>
    /// <returns>Whether they may be killed.</returns>
    public bool IsOver(bool areAlone)
    {
        var now = BootTime.Now(clock);
        _aloneSince = areAlone ? _aloneSince ?? now : null;
        return now - _aloneSince > Max;
    }
}

/// <summary>Finds and kills all that belongs to components, when the guard cannot.</summary>
internal static class Families
{
    /// <summary>
    /// The processes that must die: leaders whose pid and start time match, their groups and sessions, those that are marked, and the
    /// children of the ancestor. All their descendants must die as well. A reused pid matches nothing. A process is marked by one of the
    /// directories, or by a leader's cgroup.
    /// </summary>
    public static IReadOnlyList<ProcessStat> Members(
        IReadOnlyList<ProcessStat> table,
        IReadOnlyCollection<Leader> leaders,
        Func<ProcessStat, bool> marked,
        Kin kin)
    {
        var present = table.ToDictionary(p => p.Pid);
        var own = leaders.Where(l => present.TryGetValue(l.Pid, out var p) && p.StartTime == l.StartTime)
            .Select(l => l.Pid).ToHashSet();
        var members = table
            .Where(p => own.Contains(p.Pid) || own.Contains(p.Group) || own.Contains(p.Session)
                || p.Parent == kin.Ancestor || marked(p))
            .Select(p => p.Pid).ToHashSet();
        members.ExceptWith(kin.Spared);
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var p in table)
            {
                if (!kin.Spared.Contains(p.Pid) && members.Contains(p.Parent))
                {
                    grown |= members.Add(p.Pid);
                }
            }
        }

        return [.. table.Where(p => members.Contains(p.Pid) && p.Lives)];
    }

    /// <summary>
    /// One round of killing; returns how many lived. Call again until none does. Those who adopt are woken, so that they
    /// end what they hold, and killed only when they are the last ones and do not end by themselves.
    /// </summary>
    public static int Kill(IReadOnlyCollection<Leader> leaders, string componentsFolder, Kin kin, Patience patience)
    {
        foreach (var leader in leaders.Where(l => !l.Adopts))
        {
            KillGroup(leader);
        }

        var prefix = componentsFolder + "/";
        var inCgroups = leaders.SelectMany(l => Cgroups.Members(l.Cgroup)).ToHashSet();
        var members = Members(
            ProcTable.All(),
            leaders,
            p => inCgroups.Contains(p.Pid) || (ProcTable.ComponentDirectory(p.Pid) is { } directory
                && directory.StartsWith(prefix, StringComparison.Ordinal)),
            kin);
        var adopters = leaders.Where(l => l.Adopts).Select(l => l.Pid).ToHashSet();
        var mayKillAdopters = patience.IsOver(areAlone: members.Count > 0 && members.All(m => adopters.Contains(m.Pid)));
        foreach (var member in members)
        {
            SignalExactly(member, adopters.Contains(member.Pid) && !mayKillAdopters ? Native.SigContinue : Native.SigKill);
        }

        if (members.Count == 0)
        {
            foreach (var leader in leaders)
            {
                Cgroups.Remove(leader.Cgroup);
            }
        }

        return members.Count;
    }

    /// <summary>Adopted children that have ended are taken off the process table; nobody else waits for them.</summary>
    public static void ReapAdopted(int self, int guard)
    {
        foreach (var child in ProcTable.All().Where(p => p.Parent == self && p.Pid != guard && !p.Lives))
        {
            Native.Reap(child.Pid);
        }
    }

    /// <summary>The quick way: the whole group at once, when its leader is still the one that is known.</summary>
    private static void KillGroup(Leader leader)
    {
        Cgroups.Kill(leader.Cgroup);
        if (ProcTable.Read(leader.Pid) is { } now && now.StartTime == leader.StartTime)
        {
            Native.Signal(-leader.Pid, Native.SigKill);
            Native.Signal(leader.Pid, Native.SigKill);
        }
    }

    private static void SignalExactly(ProcessStat process, int number)
    {
        if (ProcTable.Read(process.Pid) is { } now && now.StartTime == process.StartTime)
        {
            Native.Signal(process.Pid, number);
        }
    }
}
