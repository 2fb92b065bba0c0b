using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Sqlite.Catalog;

/// <summary>The tables of a SQLite file.</summary>
/// <param name="path">The file.</param>
public sealed class SqliteCatalog(string path) : ICatalog
{
    private static readonly TimeSpan BusyWait = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TableSchema>> Tables(StreamFilter filter, CancellationToken cancel) => Ask<IReadOnlyList<TableSchema>>(
        database => [.. Shapes(database, filter).Select(s => s.Schema)], cancel);

    /// <inheritdoc/>
    public Task<TableSchema?> Table(string schema, string name, CancellationToken cancel) => Ask(
        database => schema == TableReader.Main && !TableReader.IsOwn(name) && TableReader.Read(database, name) is { } shape
            && shape.Name == name ? shape.Schema : null, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Create(TableSchema schema, CancellationToken cancel) => Ask<IReadOnlyList<SourceFault>>(
        database =>
        {
            var faults = TableText.WhyNot(schema);
            if (faults.Count > 0)
            {
                return faults;
            }

            return database.Write<IReadOnlyList<SourceFault>>(() =>
            {
                if (database.Number("SELECT count(*) FROM sqlite_master WHERE name = ?1 COLLATE NOCASE", schema.Name) > 0)
                {
                    return [SinkTableFaults.IsThere(schema)];
                }

                foreach (var statement in TableText.Of(schema))
                {
                    database.Run(statement);
                }

                return [];
            });
        },
        cancel);

    /// <inheritdoc/>
    public Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel) => Task.FromResult(DdlWords.Of(action, now));

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel) => Ask<IReadOnlyList<SourceFault>>(
        database =>
        {
            var log = CaptureLog.Read(database);
            var faults = new List<SourceFault?> { log is null ? SourceFaults.NotInstalled(path) : log.Moved(path) };
            var captured = log is null ? [] : CapturedTable.Live(database).Select(t => t.Schema.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var shape in Shapes(database, filter))
            {
                faults.Add(TableRules.WhyNot(shape) ?? (log is null || captured.Contains(shape.Name) ? null : SourceFaults.NotCaptured(
                    shape.Schema.FullName)));
            }

            faults.AddRange(Missing(database, filter));
            return [.. faults.OfType<SourceFault>()];
        },
        cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel) =>
        Ask<IReadOnlyList<SourceFault>>(database => [.. Missing(database, filter)], cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IEnumerable<SourceFault> Missing(Database database, StreamFilter filter) => filter.Tables
        .Where(p => !p.Contains('*', StringComparison.Ordinal) && !Shapes(database, new StreamFilter { Tables = [p] }).Any())
        .Select(SourceFaults.NoTable);

    private static IEnumerable<TableShape> Shapes(Database database, StreamFilter filter) => TableReader.Names(database)
        .Where(n => filter.Wants(TableReader.Main, n)).Select(n => TableReader.Read(database, n)!);

    private Task<T> Ask<T>(Func<Database, T> question, CancellationToken cancel) => Task.Run(
        () => SourceFaults.Guard(path, () =>
        {
            using var database = Database.Open(path, BusyWait);
            return question(database);
        }), cancel);
}
