using System.Runtime.ExceptionServices;

namespace Holdfast.IncrSync;

/// <summary>Knowledge of a run that a later run of the same process needs too.</summary>
internal sealed class Memory
{
    /// <summary>Large transactions whose rows are written one by one, to find the one that is refused.</summary>
    internal HashSet<Position> OneByOne { get; } = [];

    /// <summary>Rows of large transactions that were refused and may be left out.</summary>
    internal Dictionary<RowName, SkippedRow> LeftOut { get; } = [];
}

/// <summary>The end of a run, said once, and what it stops.</summary>
internal sealed class Ending(CancellationTokenSource stop)
{
    private ApplyEnd? _end;
    private ExceptionDispatchInfo? _error;

    /// <summary>An error that nobody expected is thrown on, once everything has stopped.</summary>
    internal ApplyEnd End
    {
        get
        {
            Volatile.Read(ref _error)?.Throw();
            return Volatile.Read(ref _end)!;
        }
    }

    /// <summary>Nobody begins anything new.</summary>
    internal CancellationToken Stop => stop.Token;

    /// <summary>The first word holds.</summary>
    internal void Say(ApplyEnd end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        stop.Cancel();
    }

    internal void Fail(Exception error)
    {
        Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(error), null);
        stop.Cancel();
    }
}
