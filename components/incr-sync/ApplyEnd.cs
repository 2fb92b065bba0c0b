namespace Holdfast.IncrSync;

/// <summary>The place from which the stream is to be read, or the reason why not.</summary>
/// <param name="After">Everything up to here is at the sink: the stream begins behind it.</param>
/// <param name="Time">Commit time there, for whoever has to find a Store: microseconds since 1970-01-01T00:00:00Z; null: not known.</param>
/// <param name="Refused">A newer epoch writes already; null: none.</param>
/// <param name="Source">The source of the position; null: the sink does not know, or has none.</param>
public sealed record ApplyStart(Position After, long? Time, FencedOff? Refused, SourceName? Source = null);

/// <summary>The reason why a run has ended. Whatever it is, the sink knows exactly what was written.</summary>
public abstract record ApplyEnd;

/// <summary>The stream has ended, and all of it is written.</summary>
public sealed record SourceEnded(Position Low) : ApplyEnd;

/// <summary>The caller wanted it.</summary>
public sealed record Cancelled : ApplyEnd;

/// <summary>A newer epoch writes: this process is of the past and exits with 3.</summary>
public sealed record FencedOff(long Epoch) : ApplyEnd
{
    /// <summary>Says to the supervisor that nothing is to be started again.</summary>
    public const int ExitCode = 3;
}

/// <summary>It cannot go on until a person has done something, or, if the fault passes, until later.</summary>
public sealed record Stopped(IReadOnlyList<ApplyFault> Faults) : ApplyEnd;

/// <summary>The stream is to be read again from what the sink has: start anew.</summary>
public sealed record ReadAgain(string Why) : ApplyEnd;
