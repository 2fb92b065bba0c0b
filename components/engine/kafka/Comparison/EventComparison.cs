using System.Runtime.CompilerServices;
using Holdfast.Engine.Kafka.Topics;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Kafka.Comparison;

/// <summary>
/// Makes a source and the topics of its events comparable: the catalog is the source's, with each table as <see cref="EventShape"/> has
/// it, for both sides.
/// </summary>
/// <param name="source">The source's tables.</param>
/// <param name="engine">The source's kind, which decides how values are written.</param>
/// <param name="settings">Of the sink.</param>
public sealed class EventComparison(ICatalog source, string engine, KafkaSettings settings) : ICatalog
{
    private readonly Dictionary<string, EventShape> _shapes = new(StringComparer.Ordinal);
    private readonly TopicRouter _router = new(settings);

    /// <summary>The source's rows, as their events have them.</summary>
    public IChunks Rows(IChunks rows) => new SourceRows(this, rows);

    /// <summary>The newest committed event of each row.</summary>
    public IChunks Events(TimeProvider time) => new TopicRows(this, settings, time);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TableSchema>> Tables(StreamFilter filter, CancellationToken cancel) =>
        [.. (await source.Tables(filter, cancel).ConfigureAwait(false)).Select(t => Of(t).Schema)];

    /// <inheritdoc/>
    public async Task<TableSchema?> Table(string schema, string name, CancellationToken cancel) =>
        await source.Table(schema, name, cancel).ConfigureAwait(false) is { } table ? Of(table).Schema : null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Create(TableSchema schema, CancellationToken cancel) => source.Create(schema, cancel);

    /// <inheritdoc/>
    public Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel) => source.Text(action, now, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel) => source.Checks(filter, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel) => source.SinkChecks(filter, cancel);

    /// <summary>The source's tables are not this one's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal EventShape Shape(TableSchema table) => _shapes[table.FullName];

    private EventShape Of(TableSchema table) =>
        _shapes.TryGetValue(table.FullName, out var known) && known.Code.Table.HasShapeOf(table) ? known
            : _shapes[table.FullName] = new EventShape(table, engine, _router, settings);

    /// <summary>
    /// One side's rows. Keys of JSON have an order that no server knows, so a table is one piece, and to look at some rows is to read all.
    /// </summary>
    internal abstract class Side : IChunks
    {
        public Task<Row?> Next(TableSchema table, Row? after, int rows, CancellationToken cancel) => Task.FromResult<Row?>(null);

        public IAsyncEnumerable<Row> Rows(TableSchema table, Row? after, Row? upTo, CancellationToken cancel) => All(table, cancel);

        public abstract IAsyncEnumerable<Row> All(TableSchema table, CancellationToken cancel);

        public async IAsyncEnumerable<Row> Rows(
            TableSchema table, IReadOnlyList<Row> keys, [EnumeratorCancellation] CancellationToken cancel)
        {
            var (wanted, values) = (new HashSet<string>(StringComparer.Ordinal), new RowIndex());
            foreach (var key in keys)
            {
                wanted.Add(values.Of(key)[0].AsText());
            }

            await foreach (var row in All(table, cancel).ConfigureAwait(false))
            {
                if (wanted.Contains(values.Of(row)[0].AsText()))
                {
                    yield return row;
                }
            }
        }

        public abstract ValueTask DisposeAsync();
    }

    private sealed class SourceRows(EventComparison comparison, IChunks rows) : Side
    {
        public override async IAsyncEnumerable<Row> All(TableSchema table, [EnumeratorCancellation] CancellationToken cancel)
        {
            var shape = comparison.Shape(table);
            await foreach (var row in rows.All(shape.Code.Table, cancel).ConfigureAwait(false))
            {
                var (key, json) = shape.Of(row);
                yield return shape.Row(key, json);
            }
        }

        public override ValueTask DisposeAsync() => rows.DisposeAsync();
    }
}
