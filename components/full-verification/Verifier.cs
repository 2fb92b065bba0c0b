using Holdfast.Engine;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.FullVerification.Rules;
using Holdfast.Rules.Apply.Matching;

namespace Holdfast.FullVerification;

/// <summary>A database whose rows are compared.</summary>
/// <param name="Catalog">Its tables.</param>
/// <param name="Chunks">Its rows.</param>
public sealed record ComparedSide(ICatalog Catalog, IChunks Chunks);

/// <summary>
/// Compares every row of a source with its sink while both are written. A row that looks different may be on its way. It is read again once
/// the sink has passed where the source was then, and counts as a difference only when it stays one.
/// </summary>
public sealed class Verifier(
    ComparedSide source, ComparedSide sink, Func<CancellationToken, Task<Position>> newest,
    Func<CancellationToken, Task<Position?>> applied, VerifyOptions options, TimeProvider time)
{
    private readonly List<TableComparison> _tables = [];
    private readonly List<TableReport> _notCompared = [];
    private string? _waits;

    /// <summary>Reads everything once, and what looks different until it is certain or the time is over.</summary>
    public async Task<VerifyReport> Run(CancellationToken cancel)
    {
        foreach (var table in (await source.Catalog.Tables(StreamFilter.None, cancel).ConfigureAwait(false)).Where(options.Wants))
        {
            await Read(table, cancel).ConfigureAwait(false);
        }

        var counter = options.Counter is { } column ? await CounterCheck.Of(sink, column, cancel).ConfigureAwait(false) : null;
        var started = time.GetTimestamp();
        for (var looks = 0; IsOpen(counter, looks) && time.GetElapsedTime(started) < options.Limit; looks++)
        {
            if (!await Look(started, cancel).ConfigureAwait(false))
            {
                break;
            }

            counter = options.Counter is { } again ? await CounterCheck.Of(sink, again, cancel).ConfigureAwait(false) : null;
            await Task.Delay(options.Interval, time, cancel).ConfigureAwait(false);
        }

        return Report(counter);
    }

    /// <summary>A number that is missing or there twice is looked at as often as a row.</summary>
    private bool IsOpen(CounterReport? counter, int looks) => _tables.Any(t => t.Suspects.Open.Count > 0)
        || counter is { Lost: > 0 } or { Doubled: > 0 } && looks < Suspicion.ConfirmationsMin;

    private async Task Read(TableSchema table, CancellationToken cancel)
    {
        var (schema, name) = options.Mapping.Target(table.Schema, table.Name);
        var mapped = TableMapper.Map(table, await sink.Catalog.Table(schema, name, cancel).ConfigureAwait(false), options.Mapping);
        if (mapped.Map is not { } map)
        {
            _notCompared.Add(new TableReport($"{schema}.{name}", 0, Fault: string.Join(" ", mapped.Faults)));
            return;
        }

        var pair = new TablePair(map);
        var suspects = new Suspects(options.SuspectsMax);
        TableComparison comparison = pair.SourceKey is null
            ? new CountedComparison(pair, suspects) : new KeyedComparison(pair, suspects, options.ChunkRows);
        try
        {
            await comparison.Read(source.Chunks, sink.Chunks, cancel).ConfigureAwait(false);
            _tables.Add(comparison);
        }
        catch (SourceFaultException error)
        {
            _notCompared.Add(new TableReport(map.Sink.FullName, comparison.Rows, Fault: $"{error.Message}. {error.Fault.Workaround}"));
        }
    }

    /// <returns>False: the sink did not come to the mark in time.</returns>
    private async Task<bool> Look(long started, CancellationToken cancel)
    {
        var open = _tables.Where(t => t.Suspects.Open.Count > 0).ToList();
        await Each(open, source.Chunks, isSink: false, (s, sight) => s.Before = sight, cancel).ConfigureAwait(false);
        var mark = await newest(cancel).ConfigureAwait(false);
        while (await applied(cancel).ConfigureAwait(false) is var reached && (reached is null || reached < mark))
        {
            if (time.GetElapsedTime(started) >= options.Limit)
            {
                _waits = $"the sink has applied up to {reached?.ToString() ?? "nothing"}, and the source was at {mark}";
                return false;
            }

            await Task.Delay(options.Interval, time, cancel).ConfigureAwait(false);
        }

        await Each(open, sink.Chunks, isSink: true, (s, sight) => s.Sink = sight, cancel).ConfigureAwait(false);
        await Each(open, source.Chunks, isSink: false, (s, sight) => s.After = sight, cancel).ConfigureAwait(false);
        open.ForEach(t => t.Suspects.Judge());
        return true;
    }

    private static async Task Each(
        List<TableComparison> tables, IChunks side, bool isSink, Action<Suspect, Sight> see, CancellationToken cancel)
    {
        foreach (var table in tables)
        {
            await table.Look(side, isSink, see, cancel).ConfigureAwait(false);
        }
    }

    private VerifyReport Report(CounterReport? counter)
    {
        var findings = _tables.SelectMany(t => t.Suspects.Different.Select(d => new RowFinding(
            t.Pair.Sink.FullName, t.Pair.Name(d.Name), Named(d)))).Take(options.FindingsMax).ToList();
        return new VerifyReport([.. _tables.Select(Of).Concat(_notCompared).OrderBy(t => t.Table, StringComparer.Ordinal)], findings,
            counter, _waits);
    }

    private static TableReport Of(TableComparison table)
    {
        var counts = table.Suspects.Different.Select(d => Suspicion.Count(d.After, d.Sink)).ToList();
        return new TableReport(table.Pair.Sink.FullName, table.Rows, counts.Sum(c => (long)c.Lost), counts.Sum(c => (long)c.Doubled),
            counts.Sum(c => (long)c.Differing), table.Suspects.Open.Count + table.Suspects.LeftOut);
    }

    private static string Named(Suspect suspect) => (Suspicion.Count(suspect.After, suspect.Sink), suspect.After.Count) switch
    {
        ((> 0, _, _), _) => "lost",
        ((_, > 0, _), _) => "doubled",
        (_, 0) => "only at the sink",
        _ => "differing",
    };
}
