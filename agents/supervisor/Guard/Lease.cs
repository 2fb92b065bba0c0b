using System.Runtime.InteropServices;
using Holdfast.Supervisor.Machine;

namespace Holdfast.Supervisor.Guard;

/// <summary>
/// Until when components may run. It counts from the moment the answered heartbeat was sent, never from the answer:
/// the scheduler's silence began to count no earlier than that.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Lease(BootTime Until, TimeSpan KillGrace)
{
    /// <summary>No heartbeat was ever answered.</summary>
    public static Lease None => default;

    public bool IsNone => Until.Nanoseconds == 0;

    public static Lease Granted(BootTime sent, TimeSpan lease, TimeSpan killGrace) => new(sent + lease, killGrace);

    /// <summary>At the deadline itself the lease is over.</summary>
    public bool HoldsAt(BootTime now) => now < Until;

    /// <summary>The grace is over as well: whatever still lives is killed.</summary>
    public bool KillsAt(BootTime now) => now >= Until + KillGrace;
}
