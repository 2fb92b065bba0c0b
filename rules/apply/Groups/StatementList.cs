using Holdfast.Rules.Apply.Flow;
using Holdfast.Rules.Apply.Tables;

namespace Holdfast.Rules.Apply.Groups;

/// <summary>
/// Gathers rows into set statements: one statement has rows of one table, one mode and one set of columns, and no more than the
/// limits say. Statements that are open together have no order among each other; <see cref="End"/> makes one.
/// </summary>
internal sealed class StatementList(GroupLimits limits)
{
    private readonly List<SinkStatement> _ended = [];
    private readonly List<Open> _open = [];
    private Open? _last;

    /// <summary>All that have ended.</summary>
    internal IReadOnlyList<SinkStatement> Statements => _ended;

    /// <summary>A row comes.</summary>
    internal void Insert(TableMap table, Row after, Position source) => Insert(table, after, source, isNew: true);

    private void Insert(TableMap table, Row after, Position source, bool isNew)
    {
        var written = ColumnSet.Written(table, after, isKeyKept: false);
        Add(table, table.Upserts ? WriteMode.Upsert : WriteMode.Insert, default, written, new SinkRow(default, after, source), isNew);
    }

    /// <summary>A row changes; one that writes nothing is none.</summary>
    internal void Update(TableMap table, Row before, Row after, Position source)
    {
        var isKeyKept = table.RowKey is not null && Images.HaveSameKey(before, after, table);
        if (isKeyKept && table.Upserts && table.IsComplete(after))
        {
            Insert(table, after, source, isNew: false);
            return;
        }

        var written = ColumnSet.Written(table, after, isKeyKept);
        if (!written.IsEmpty)
        {
            Add(table, WriteMode.Update, Found(table, before), written, new SinkRow(before, after, source));
        }
    }

    /// <summary>A row goes.</summary>
    internal void Delete(TableMap table, Row before, Position source) =>
        Add(table, WriteMode.Delete, Found(table, before), default, new SinkRow(before, default, source));

    /// <summary>All rows go.</summary>
    internal void Truncate(TableMap table)
    {
        End();
        _ended.Add(new SinkStatement(table.Sink, WriteMode.Truncate, [], [], []));
    }

    /// <summary>Ends the open statements: what comes from here on takes effect after all that came before.</summary>
    internal void End() => EndUnless(null);

    /// <summary>Ends as <see cref="End"/> does, but for statements of one mode, whose order does not matter.</summary>
    internal void EndUnless(WriteMode? mode)
    {
        foreach (var open in _open.Where(o => o.Mode != mode))
        {
            Close(open);
        }

        _open.RemoveAll(o => o.Mode != mode);
    }

    /// <summary>
    /// Ends as <see cref="End"/> does, but for the statement that the last row went into, if no order has been made since.
    /// </summary>
    internal void EndOthers()
    {
        foreach (var open in _open.Where(o => o != _last))
        {
            Close(open);
        }

        _open.RemoveAll(o => o != _last);
    }

    private static ColumnSet Found(TableMap table, Row before) => table.RowKey is null ? ColumnSet.Said(table, before) : default;

    private void Add(TableMap table, WriteMode mode, ColumnSet found, ColumnSet written, SinkRow row, bool isNew = false)
    {
        var bytes = row.Before.Bytes.Length + row.After.Bytes.Length;
        var at = _open.FindIndex(o => o.Table == table && o.Mode == mode && o.Written == written && o.Found == found
            && o.AreNew == isNew);
        if (at < 0)
        {
            at = _open.Count;
            _open.Add(new Open(table, mode, found, written, isNew));
        }
        else if (!limits.HasRoom(_open[at].Rows.Count, _open[at].Bytes, 1, bytes))
        {
            Close(_open[at]);
            _open[at] = new Open(table, mode, found, written, isNew);
        }

        _last = _open[at];
        _last.Rows.Add(row);
        _last.Bytes += bytes;
    }

    private void Close(Open open)
    {
        var columns = open.Table.Sink.Columns.Count;
        var key = open.Table.RowKey ?? (IReadOnlyList<int>)open.Found.Indexes(columns);
        _ended.Add(new SinkStatement(open.Table.Sink, open.Mode, key, open.Written.Indexes(columns), open.Rows)
        {
            Own = open.Table.Own, AreNew = open.AreNew,
        });
    }

    private sealed class Open(TableMap table, WriteMode mode, ColumnSet found, ColumnSet written, bool areNew)
    {
        internal TableMap Table { get; } = table;

        internal WriteMode Mode { get; } = mode;

        internal ColumnSet Found { get; } = found;

        internal ColumnSet Written { get; } = written;

        /// <summary>Its rows come, and were not there.</summary>
        internal bool AreNew { get; } = areNew;

        internal List<SinkRow> Rows { get; } = [];

        internal long Bytes { get; set; }
    }
}
