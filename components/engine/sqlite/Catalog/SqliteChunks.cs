using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;
using Holdfast.Engine.Sqlite.Values;

namespace Holdfast.Engine.Sqlite.Catalog;

/// <summary>A file's rows in pieces. One reader at a time.</summary>
public sealed class SqliteChunks : IChunks
{
    /// <summary>Rows that are read at once; between two pieces no snapshot is held, so the file's log can be tidied.</summary>
    private const int PieceRows = 500;

    private readonly string _path;
    private readonly Database _database;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly RowIndex _values = new();

    private SqliteChunks(string path, Database database) => (_path, _database) = (path, database);

    /// <summary>Opens a file.</summary>
    /// <exception cref="SourceFaultException">It cannot be opened.</exception>
    public static Task<SqliteChunks> Open(string path, CancellationToken cancel = default) => Task.Run(
        () => SourceFaults.Guard(path, () => new SqliteChunks(path, Database.Open(path, TimeSpan.FromSeconds(10)))), cancel);

    /// <inheritdoc/>
    public Task<Row?> Next(TableSchema table, Row? after, int rows, CancellationToken cancel) => Task.Run(
        () => SourceFaults.Guard(_path, () =>
        {
            var walk = Walk.Of(_database, table);
            // The last one of at most so many.
            var sql = $"SELECT {walk.Keys} FROM (SELECT {walk.Keys} FROM {walk.Table}{walk.After(after is not null)} ORDER BY {walk.Order}"
                + $" LIMIT {rows.ToString(CultureInfo.InvariantCulture)}) ORDER BY {walk.Backwards} LIMIT 1";
            var statement = Bound(sql, walk, after);
            var key = statement.Step() ? Read(statement, walk.Key.Count) : (Row?)null;
            statement.Reset();
            return key;
        }), cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> Rows(
        TableSchema table, Row? after, Row? upTo, [EnumeratorCancellation] CancellationToken cancel)
    {
        var walk = await Task.Run(() => SourceFaults.Guard(_path, () => Walk.Of(_database, table)), cancel).ConfigureAwait(false);
        while (true)
        {
            var piece = await Task.Run(
                () => SourceFaults.Guard(_path, () => Piece(walk, table, after, upTo)), cancel).ConfigureAwait(false);
            foreach (var row in piece)
            {
                yield return row;
            }

            if (piece.Count != PieceRows || walk.IsNullable.Contains(true))
            {
                yield break;
            }

            after = KeyOf(walk, piece[^1]);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> Rows(
        TableSchema table, IReadOnlyList<Row> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        var walk = await Task.Run(() => SourceFaults.Guard(_path, () => Walk.Of(_database, table)), cancel).ConfigureAwait(false);
        foreach (var key in keys)
        {
            var found = await Task.Run(() => SourceFaults.Guard(_path, () => Found(walk, table, key)), cancel).ConfigureAwait(false);
            foreach (var row in found)
            {
                yield return row;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> All(TableSchema table, [EnumeratorCancellation] CancellationToken cancel)
    {
        // One statement is one state of the file, however long it is read.
        var reading = await Task.Run(() => SourceFaults.Guard(_path, () => _database.Prepare(
            $"SELECT {Columns(table)} FROM {Sql.Name(table.Name)}")), cancel).ConfigureAwait(false);
        using var statement = reading;
        while (true)
        {
            var piece = await Task.Run(
                () => SourceFaults.Guard(_path, () => Some(statement, table, PieceRows)), cancel).ConfigureAwait(false);
            foreach (var row in piece)
            {
                yield return row;
            }

            if (piece.Count < PieceRows)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Rows with one key that is NULL can be many, and no place among them can be named: then the chunk is read whole.</summary>
    private List<Row> Piece(Walk walk, TableSchema table, Row? after, Row? upTo)
    {
        var limit = walk.IsNullable.Contains(true) ? -1 : PieceRows;
        var between = walk.Between(after is not null, upTo is not null);
        return All(Bound($"SELECT {Columns(table)} FROM {walk.Table}{between} ORDER BY {walk.Order}"
            + $" LIMIT {limit.ToString(CultureInfo.InvariantCulture)}", walk, after, upTo), table);
    }

    private List<Row> Found(Walk walk, TableSchema table, Row key) =>
        All(Bound($"SELECT {Columns(table)} FROM {walk.Table} WHERE {walk.Same}", walk, key), table);

    private List<Row> All(Statement statement, TableSchema table)
    {
        var rows = Some(statement, table, int.MaxValue);
        statement.Reset();
        return rows;
    }

    private List<Row> Some(Statement statement, TableSchema table, int most)
    {
        var rows = new List<Row>();
        while (rows.Count < most && statement.Step())
        {
            rows.Add(Read(statement, table.Columns.Count));
        }

        return rows;
    }

    private Statement Bound(string sql, Walk walk, params ReadOnlySpan<Row?> keys)
    {
        var statement = _database.Prepared(sql);
        var parameter = 1;
        foreach (var key in keys)
        {
            if (key is not { } row)
            {
                continue;
            }

            _values.Of(row);
            for (var i = 0; i < walk.Key.Count; i++)
            {
                var fitted = Fitted.Of(_values[i], walk.Affinities[i]);
                if (fitted.WhyNot is { } whyNot)
                {
                    throw new SourceFaultException(SourceFaults.NoKeyValue(walk.Table, _values[i].ToString(), whyNot));
                }

                fitted.Bind(statement, parameter++);
            }
        }

        return statement;
    }

    private Row Read(Statement statement, int columns)
    {
        _bytes.ResetWrittenCount();
        for (var i = 0; i < columns; i++)
        {
            ValueReader.Copy(statement, i, new RowWriter(_bytes));
        }

        return new Row(_bytes.WrittenSpan.ToArray());
    }

    private Row KeyOf(Walk walk, Row row)
    {
        _values.Of(row);
        _bytes.ResetWrittenCount();
        foreach (var column in walk.Key)
        {
            new RowWriter(_bytes).Copy(_values[column]);
        }

        return new Row(_bytes.WrittenSpan.ToArray());
    }

    private static string Columns(TableSchema table) => Sql.List(table.Columns, c => Sql.Name(c.Name));
}
