namespace Holdfast.DataPlane.Tests.Fleet;

/// <summary>Faults that are done to a fleet.</summary>
internal enum Blow
{
    /// <summary>kill -9 of the Incr-Sync.</summary>
    IncrSyncKilled,

    /// <summary>kill -9 of the Store.</summary>
    StoreKilled,

    /// <summary>SIGSTOP of the Incr-Sync alone, for longer than a lease.</summary>
    IncrSyncPaused,

    /// <summary>kill -9 of the supervisor of the Incr-Sync's host; it is started again before or after its work has moved.</summary>
    SupervisorKilled,

    /// <summary>kill -9 of that supervisor's guard.</summary>
    GuardKilled,

    /// <summary>All of the Incr-Sync's host is stopped until its work goes on elsewhere; the old Incr-Sync wakes first, alone.</summary>
    HostPaused,

    /// <summary>kill -9 of the services' process, the scheduler in it, and a start a moment later.</summary>
    ServicesKilled,

    /// <summary>SIGSTOP of the services' process, for longer than a host may be silent.</summary>
    ServicesPaused,

    /// <summary>Somebody holds the sink for a while.</summary>
    SinkHeld,

    /// <summary>Somebody writes to the sink, and is killed in the middle.</summary>
    SinkWriterKilled,

    /// <summary>The process that comes to a named point is killed there.</summary>
    KilledAtPoint,

    /// <summary>The Incr-Sync is stopped at a named point, and wakes later.</summary>
    StoppedAtPoint,
}
