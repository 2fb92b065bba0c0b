using Holdfast.Contracts;

namespace Holdfast.Supervisor;

/// <summary>Where a component's process is in its life.</summary>
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

/// <summary>How the last process ended.</summary>
public enum EndKind
{
    /// <summary>By itself, with an exit code.</summary>
    Exited,

    /// <summary>By a signal that was not ours.</summary>
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

internal sealed record Ending(EndKind Kind, int Number = 0);

/// <summary>What the reconciler and the state rule look at; a value.</summary>
internal sealed record ComponentView(Phase Phase, DesiredComponent? Ran, Ending? Ending);

/// <summary>One component as the supervisor knows it.</summary>
internal sealed class Component(string name, ComponentFolder folder)
{
    public string Name { get; } = name;

    public ComponentFolder Folder { get; } = folder;

    /// <summary>Null: it is not in the list any more and goes when its process has gone.</summary>
    public DesiredComponent? Desired { get; set; }

    /// <summary>What the present or last process runs or ran.</summary>
    public DesiredComponent? Ran { get; set; }

    public Phase Phase { get; set; }

    /// <summary>Names one start for the guard; never used twice.</summary>
    public long Run { get; set; }

    public Leader? Leader { get; set; }

    /// <summary>The process between the guard and the leader (agents/guard/reaper.c).</summary>
    public Leader? Reaper { get; set; }

    public string Cgroup { get; set; } = Cgroups.None;

    public BootTime StartedAt { get; set; }

    /// <summary>Why it was told to stop; decides what its end is called.</summary>
    public EndKind? StopReason { get; set; }

    public Ending? Ending { get; set; }

    public ComponentStatus? Status { get; set; }

    public string? StatusError { get; set; }

    public StatusStamp? StatusStamp { get; set; }

    /// <summary>When the status file was last seen to change.</summary>
    public BootTime StatusAt { get; set; }

    /// <summary>The state of the last look, so that a change of state is noticed.</summary>
    public Verdict? Last { get; set; }

    /// <summary>Of what runs or ended by itself; of what is wanted when nothing did.</summary>
    public long Epoch => Phase == Phase.Idle && (Ending?.Kind is null or EndKind.OnPurpose) && Desired is { } wanted
        ? wanted.Epoch
        : Ran!.Epoch;

    public ComponentView View => new(Phase, Ran, Ending);

    public void Look(BootTime now)
    {
        switch (StatusFile.Read(Folder.StatusPath, StatusStamp))
        {
            case StatusRead.Good good:
                (Status, StatusError, StatusStamp, StatusAt) = (good.Status, null, good.Stamp, now);
                break;
            case StatusRead.Bad bad:
                (StatusError, StatusStamp, StatusAt) = (bad.Error, bad.Stamp, now);
                break;
        }
    }

    public void ForgetStatus() => (Status, StatusError, StatusStamp) = (null, null, null);
}
