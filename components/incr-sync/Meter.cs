using Holdfast.Rules.Apply.Flow;

namespace Holdfast.IncrSync;

/// <summary>A stage whose time is summed up.</summary>
internal enum Stage
{
    Source,
    Room,
    Plan,
    Build,
    Throttle,
    Execute,
    Commit,
    Retry,
    Conflict,
}

/// <summary>Sums that several threads add to.</summary>
internal sealed class Meter(TimeProvider time)
{
    private readonly long _zero = time.GetTimestamp();
    private readonly long[] _stages = new long[Enum.GetValues<Stage>().Length];
    private long _transactions;
    private long _rows;
    private long _bytes;
    private long _groups;
    private long _retries;
    private long _rowsLeftOut;

    internal TimeSpan Now => time.GetElapsedTime(_zero);

    /// <summary>The trouble for which a group waits.</summary>
    internal string? Trouble { get; set; }

    internal void Add(Stage stage, TimeSpan spent) => Interlocked.Add(ref _stages[(int)stage], spent.Ticks);

    /// <summary>Adds what has passed since a moment.</summary>
    internal void Since(Stage stage, TimeSpan started) => Add(stage, Now - started);

    internal void Retried() => Interlocked.Increment(ref _retries);

    internal void LeftOut(int rows) => Interlocked.Add(ref _rowsLeftOut, rows);

    internal void Written(int transactions, int rows, long bytes)
    {
        Interlocked.Add(ref _transactions, transactions);
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _groups);
        Trouble = null;
    }

    internal ApplyFigures Figures() => new()
    {
        At = Now,
        Transactions = Interlocked.Read(ref _transactions),
        Rows = Interlocked.Read(ref _rows),
        Bytes = Interlocked.Read(ref _bytes),
        Groups = Interlocked.Read(ref _groups),
        Retries = Interlocked.Read(ref _retries),
        RowsLeftOut = Interlocked.Read(ref _rowsLeftOut),
        Trouble = Trouble,
        Times = new StageTimes
        {
            Source = Sum(Stage.Source),
            Room = Sum(Stage.Room),
            Plan = Sum(Stage.Plan),
            Build = Sum(Stage.Build),
            Throttle = Sum(Stage.Throttle),
            Execute = Sum(Stage.Execute),
            Commit = Sum(Stage.Commit),
            Retry = Sum(Stage.Retry),
            Conflict = Sum(Stage.Conflict),
        },
    };

    private TimeSpan Sum(Stage stage) => TimeSpan.FromTicks(Interlocked.Read(ref _stages[(int)stage]));
}
