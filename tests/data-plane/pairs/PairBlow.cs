namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>Blows to the programs that move a bank's rows, and to the servers that have them.</summary>
public enum PairBlow
{
    /// <summary>SIGKILL, and a start.</summary>
    StoreKilled,

    /// <summary>SIGKILL, and a start under the next epoch.</summary>
    SyncKilled,

    /// <summary>All processes of the source's server, at once; it starts again and recovers.</summary>
    SourceKilled,

    /// <summary>All processes of the sink's server, at once; it starts again and recovers.</summary>
    SinkKilled,

    /// <summary>SIGSTOP: connections stay open, and nobody answers for a while.</summary>
    SourceStopped,

    /// <summary>SIGSTOP of the sink's server: connections stay open, and nobody answers for a while.</summary>
    SinkStopped,

    /// <summary>Somebody has changed half of the bank and not committed.</summary>
    SourceKilledWithinTransaction,

    /// <summary>The Incr-Sync is within a transaction of its own, which waits for a lock.</summary>
    SinkKilledWithinTransaction,
}
