using Holdfast.Supervisor.Config;
using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Processes;

/// <summary>The stage of a component's process.</summary>
public enum Phase
{
    /// <summary>No process.</summary>
    Idle,

    /// <summary>The guard was asked for one.</summary>
    Starting,
    Alive,

    /// <summary>Asked to end; its whole family is not gone yet.</summary>
    Stopping,
}

/// <summary>The end of the last process.</summary>
public enum EndKind
{
    /// <summary>It ended by itself, with an exit code.</summary>
    Exited,

    /// <summary>A signal that was not ours ended it.</summary>
    Signalled,

    /// <summary>It was not wanted any more, or another epoch or command was.</summary>
    OnPurpose,

    /// <summary>The lease was over.</summary>
    Fenced,

    /// <summary>The guard was lost, or stopped.</summary>
    GuardLost,

    /// <summary>It could not be started; the number is errno.</summary>
    NotStarted,
}

internal sealed record Ending(EndKind Kind, int Number = 0)
{
    /// <param name="asked">The reason why it was told to end; null: it was not.</param>
    public static Ending Of(GuardEvent.Exited exited, EndKind? asked) => asked is { } why
        ? new Ending(why)
        : new Ending(exited.BySignal ? EndKind.Signalled : EndKind.Exited, exited.Number);

    /// <summary>It ended by itself, with exit code 0.</summary>
    public bool IsInGoodOrder => this is { Kind: EndKind.Exited, Number: 0 };
}

/// <summary>A component as the reconciler and the state rule see it; a value.</summary>
internal sealed record ComponentView(Phase Phase, DesiredComponent? Ran, Ending? Ending);

/// <summary>One look at a status file, which a disk may keep waiting; another thread says what was read.</summary>
internal sealed class StatusLook(long run, BootTime since)
{
    private volatile StatusRead? _read;

    public long Run { get; } = run;

    /// <summary>Moved when the supervisor itself paused: that is no hanging disk.</summary>
    public BootTime Since { get; set; } = since;

    public StatusRead? Read
    {
        get => _read;
        set => _read = value;
    }
}

/// <summary>Reads a component's status file, at once or later.</summary>
internal delegate void StatusReader(Component component, StatusLook look);

/// <summary>The guard told an end.</summary>
internal sealed record ExitHeard(Ending Ending, BootTime At)
{
    /// <summary>The look that sees what it said last has begun.</summary>
    public bool IsAsked { get; set; }
}

/// <summary>One component as the supervisor knows it.</summary>
internal sealed class Component(string name, ComponentFolder folder)
{
    public string Name { get; } = name;

    public ComponentFolder Folder { get; } = folder;

    /// <summary>The work that is wanted; null: it is not in the list any more and goes when its process has gone.</summary>
    public DesiredComponent? Desired { get; set; }

    /// <summary>The work of the present or last process.</summary>
    public DesiredComponent? Ran { get; set; }

    public Phase Phase { get; set; }

    /// <summary>Names one start for the guard; never used twice.</summary>
    public long Run { get; set; }

    public Leader? Leader { get; set; }

    /// <summary>The process between the guard and the leader (agents/guard/reaper.c).</summary>
    public Leader? Reaper { get; set; }

    public string Cgroup { get; set; } = Cgroups.None;

    public BootTime StartedAt { get; set; }

    /// <summary>Reason for which it was told to stop; decides what its end is called.</summary>
    public EndKind? StopReason { get; set; }

    public Ending? Ending { get; set; }

    public ComponentStatus? Status { get; set; }

    public string? StatusError { get; set; }

    public FileStamp? StatusStamp { get; set; }

    /// <summary>A look at its status file that has not come back; it is the only one.</summary>
    public StatusLook? Looking { get; private set; }

    /// <summary>Its directory is being prepared for a start, or a disk hangs on that.</summary>
    public DiskTask? Preparing { get; set; }

    /// <summary>The directory that is being prepared has to hold this.</summary>
    public ConfigOnDisk? Config { get; set; }

    /// <summary>Its start waits for its configuration; null: it does not.</summary>
    public ConfigFetch? Fetch { get; set; }

    /// <summary>Its process has ended; what it said last is still to be read.</summary>
    public ExitHeard? Exit { get; set; }

    /// <summary>The supervisor's own failure at its last look at this one; null: none.</summary>
    public string? Fault { get; set; }

    /// <summary>The last moment at which the status file was seen to change.</summary>
    public BootTime StatusAt { get; set; }

    /// <summary>The state of the last look, so that a change of state is noticed.</summary>
    public Verdict? Last { get; set; }

    /// <summary>The epoch of what runs or ended by itself; of what is wanted when nothing did.</summary>
    public long Epoch => Phase == Phase.Idle && (Ending?.Kind is null or EndKind.OnPurpose) && Desired is { } wanted
        ? wanted.Epoch
        : Ran!.Epoch;

    /// <summary>The ending in good order, which is to outlive the supervisor; null: it has not ended so.</summary>
    public KeptEnding? Kept => this is { Phase: Phase.Idle, Ran: { } ran, Ending.IsInGoodOrder: true }
        ? KeptEnding.Of(ran, Status) : null;

    public ComponentView View => new(Phase, Ran, Ending);

    /// <summary>Recalls that it ended in good order in an earlier life of the supervisor.</summary>
    public void Recall(DesiredComponent ran, KeptEnding kept) =>
        (Ran, Ending, Status) = (ran, new Ending(EndKind.Exited), kept.Said);

    /// <summary>Takes the guard's word on its process.</summary>
    public void Take(GuardEvent.Started started, BootTime now)
    {
        Leader = new Leader(Name, started.Pid, started.StartTime, Folder.Path, Cgroup);
        Reaper = new Leader(Name, started.Reaper, started.ReaperStartTime, Folder.Path, Cgroup, Adopts: true);
        StartedAt = now;
        StatusAt = now;
    }

    /// <summary>Its process and all that belonged to it are gone.</summary>
    public void ForgetProcess()
    {
        Phase = Phase.Idle;
        Exit = null;
        (Leader, Reaper) = (null, null);
    }

    /// <summary>Takes what the last look saw and begins the next one, unless the last one hangs.</summary>
    public void Look(BootTime now, StatusReader reader)
    {
        HearLook(now);
        if (Looking is not null)
        {
            return;
        }

        Looking = new StatusLook(Run, now);
        reader(this, Looking);
        HearLook(now);
    }

    /// <summary>Takes what the look on its way saw, if it has come back.</summary>
    public void HearLook(BootTime now)
    {
        if (Looking is not { Read: { } read } look)
        {
            return;
        }

        Looking = null;
        if (look.Run == Run)
        {
            Take(read, now); // of an earlier process otherwise
        }
    }

    private void Take(StatusRead read, BootTime now)
    {
        switch (read)
        {
            case StatusRead.Good good:
                (Status, StatusError, StatusStamp, StatusAt) = (good.Status, null, good.Stamp, now);
                break;
            case StatusRead.Bad bad:
                (StatusError, StatusStamp, StatusAt) = (bad.Error, bad.Stamp, now);
                break;
            case StatusRead.Missing or StatusRead.Unchanged:
                break;
        }
    }

    /// <summary>We were the ones who did not look: nothing of it is stale.</summary>
    public void Excuse(BootTime now)
    {
        StatusAt = now;
        Looking?.Since = now;
    }

    public void ForgetStatus() => (Status, StatusError, StatusStamp, Fault) = (null, null, null, null);
}
