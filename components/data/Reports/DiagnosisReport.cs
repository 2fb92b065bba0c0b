using Holdfast.IncrSync;
using Holdfast.Rules.Apply.Faults;

namespace Holdfast.Data.Reports;

/// <summary>An Incr-Sync tells where its time went and what stopped it: diagnosis.json, for <c>holdfast-data diagnose</c>.</summary>
internal sealed record DiagnosisReport
{
    internal const string FileName = "diagnosis.json";

    public required DateTimeOffset At { get; init; }
    public required double Seconds { get; init; }
    public required double RowsPerSecond { get; init; }
    public required double TransactionsPerSecond { get; init; }
    public required double BytesPerSecond { get; init; }
    public long? LagMs { get; init; }
    public required string Position { get; init; }
    public required int Lanes { get; init; }
    public required int LanesBusy { get; init; }
    public required int UnderWay { get; init; }
    public required int Waiting { get; init; }
    public required long Retries { get; init; }
    public required string Stage { get; init; }
    public required string Sentence { get; init; }

    /// <summary>The row that stopped the task; null: none did.</summary>
    public RowReport? Refused { get; init; }

    /// <summary>The statement at which the task stopped; null: at none.</summary>
    public StatementReport? Statement { get; init; }

    /// <summary>Rows that were left out, the newest ones.</summary>
    public IReadOnlyList<RowReport> Skipped { get; init; } = [];

    internal static DiagnosisReport Of(ApplyFigures now, ApplyFigures earlier, DateTimeOffset at)
    {
        var (span, diagnosis) = ((now.At - earlier.At).TotalSeconds, now.Diagnose(earlier));
        double Each(long sum) => span > 0 ? Math.Round(sum / span, 1) : 0;
        return new DiagnosisReport
        {
            At = at,
            Seconds = Math.Round(span, 1),
            RowsPerSecond = Each(now.Rows - earlier.Rows),
            TransactionsPerSecond = Each(now.Transactions - earlier.Transactions),
            BytesPerSecond = Each(now.Bytes - earlier.Bytes),
            LagMs = now.LagMs,
            Position = now.Low.ToString(),
            Lanes = now.Lanes,
            LanesBusy = now.LanesBusy,
            UnderWay = now.UnderWay,
            Waiting = now.Waiting,
            Retries = now.Retries - earlier.Retries,
            Stage = diagnosis.Stage,
            Sentence = diagnosis.Sentence,
        };
    }

    /// <summary>One line for a log.</summary>
    internal string Line => string.Create(CultureInfo.InvariantCulture, $"{RowsPerSecond} rows/s, {TransactionsPerSecond} transactions/s, "
        + $"{BytesPerSecond} bytes/s, {LagMs ?? 0} ms behind at {Position}, lanes busy {LanesBusy} of {Lanes}, under way {UnderWay}, "
        + $"waiting {Waiting}, retries {Retries}; slow stage: {Stage}. {Sentence}");

    internal void Write(string folder)
    {
        var fresh = Path.Combine(folder, FileName + ".new");
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.DiagnosisReport));
        File.Move(fresh, Path.Combine(folder, FileName), overwrite: true);
    }

    /// <summary>All of it for people.</summary>
    internal string Text()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"until {At:yyyy-MM-ddTHH:mm:ssZ}, {Seconds} s: {Line}");
        if (Refused is { } refused)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"stopped by a row: {refused}");
        }

        if (Statement is { } statement)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"stopped at a statement: {statement}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"rows left out: {(Skipped.Count == 0 ? "none" : "")}");
        foreach (var row in Skipped)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {row}");
        }

        return text.ToString();
    }
}

/// <summary>A statement, for people: whole, for somebody has to decide on it.</summary>
internal sealed record StatementReport(string Ticket, string Position, string Statement, string Why)
{
    internal static StatementReport Of(DdlNote note) => new(note.Ticket, note.Position.ToString(), note.Statement, note.Why);

    public override string ToString() => $"ticket {Ticket} at {Position}: {Why}\n{Statement}";
}

/// <summary>A refused row, for people.</summary>
internal sealed record RowReport(string Ticket, string Position, string Table, string Key, string Code, string Why)
{
    internal static RowReport Of(SkippedRow row) => new(row.Ticket, row.Position.ToString(), row.Table, row.Key, row.Code, row.Why);

    public override string ToString() => $"ticket {Ticket}: {Table} ({Key}) of transaction {Position}: {Code} {Why}";
}
