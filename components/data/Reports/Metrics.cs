using Holdfast.IncrSync;
using Holdfast.Rules.Apply.Faults;
using Microsoft.Extensions.Logging;

namespace Holdfast.Data.Reports;

/// <summary>Says every ten seconds how fast an Incr-Sync is and which stage is slow; one at rest says so once a minute.</summary>
internal sealed partial class Metrics(string folder, TimeProvider time, ILogger<Metrics> logger)
{
    private const int SkippedMax = 100;
    private const int RestingTicks = 6;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<RowReport> _skipped = [];
    private ApplyFigures? _earlier;
    private RowReport? _refused;
    private StatementReport? _statement;

    /// <summary>Rows that were left out in former lives.</summary>
    internal void Know(IEnumerable<SkippedRow> rows) => Add(rows);

    /// <summary>A row is left out, and that is committed.</summary>
    internal void LeftOut(SkippedRow row)
    {
        LogLeftOut(RowReport.Of(row));
        Add([row]);
    }

    /// <summary>A statement of the source is passed, and that is committed.</summary>
    internal void Passed(DdlNote statement) =>
        LogPassed(statement.Ticket, statement.Position.ToString(), statement.Why, statement.Statement);

    internal async Task Run(Func<ApplyFigures?> figures, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(cancel); tick++)
            {
                if (figures() is { } now)
                {
                    var report = Say(now);
                    if (report.TransactionsPerSecond > 0 || tick % RestingTicks == 0)
                    {
                        LogLine(report.Line);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>The last word of a task that stops.</summary>
    internal void Ends(ApplyFigures now, SkippedRow? refused, DdlNote? statement)
    {
        _statement = statement is null ? null : StatementReport.Of(statement);
        _refused = refused is null ? null : RowReport.Of(refused);
        Say(now);
    }

    private DiagnosisReport Say(ApplyFigures now)
    {
        lock (_gate)
        {
            var report = DiagnosisReport.Of(now, _earlier ?? now, time.GetUtcNow()) with
            {
                Refused = _refused, Statement = _statement, Skipped = [.. _skipped],
            };
            _earlier = now;
            try
            {
                report.Write(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                LogNotSaid(error.Message);
            }

            return report;
        }
    }

    private void Add(IEnumerable<SkippedRow> rows)
    {
        lock (_gate)
        {
            _skipped.AddRange(rows.Select(RowReport.Of));
            _skipped.RemoveRange(0, Math.Max(0, _skipped.Count - SkippedMax));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private partial void LogLine(string line);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "A statement of the source (ticket {Ticket} at {Position}) is {Outcome}: {Text}")]
    private partial void LogPassed(string ticket, string position, string outcome, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A row is left out: {Row}")]
    private partial void LogLeftOut(RowReport row);

    [LoggerMessage(Level = LogLevel.Warning, Message = "diagnosis.json cannot be written: {Why}")]
    private partial void LogNotSaid(string why);
}
