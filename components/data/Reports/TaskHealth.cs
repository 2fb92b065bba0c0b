using Holdfast.IncrSync;

namespace Holdfast.Data.Reports;

/// <summary>The state of a task: whether it runs, what it waits for, at what it ended. Safe to call from any thread.</summary>
internal sealed class TaskHealth
{
    private volatile string? _error;
    private volatile SourceName? _source;
    private volatile bool _runs;
    private volatile bool _hasFailed;

    /// <summary>It reads what is of a source; null: not known yet.</summary>
    internal void Runs(SourceName? source) => (_source, _runs) = (source, true);

    /// <summary>It is well again: the trouble of before is over.</summary>
    internal void Recovers() => _error = null;

    /// <summary>It waits for something that may pass.</summary>
    /// <returns>It waits for this since now.</returns>
    internal bool Waits(string why)
    {
        var isNew = _error != why;
        _error = why;
        return isNew;
    }

    /// <summary>It ends, and somebody has to help.</summary>
    internal void Fails(string why) => (_error, _hasFailed) = (why, true);

    /// <summary>
    /// Its status. A Store that is away makes nothing Abnormal: a restart would not help. It is said, and the delay grows.
    /// </summary>
    internal Status Of(ApplyFigures? figures) => new()
    {
        State = _hasFailed ? "Abnormal" : _runs ? "Running" : "Starting",
        Checkpoint = figures?.CheckpointSeconds,
        DelaySeconds = figures?.CheckpointSeconds is null ? null : Math.Max(0, figures.LagMs ?? 0) / 1000.0,
        PositionEnd = figures is null || figures.Low == Position.Zero ? null : figures.Low.ToString(),
        Barrier = Status.Number(figures?.Barrier),
        SystemId = _source?.SystemId,
        Error = _error ?? figures?.Trouble,
    };
}
