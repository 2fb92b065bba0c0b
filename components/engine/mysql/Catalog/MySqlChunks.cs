using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Catalog;

/// <summary>A server's rows in pieces. One reader at a time.</summary>
public sealed class MySqlChunks : IChunks
{
    private const int KeysAtOnce = 200;
    private readonly MySqlServer _server;
    private readonly MySqlConnection _connection;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly RowIndex _values = new();

    private MySqlChunks(MySqlServer server, MySqlConnection connection) => (_server, _connection) = (server, connection);

    /// <summary>Opens a server.</summary>
    /// <exception cref="SourceFaultException">It cannot be asked.</exception>
    public static Task<MySqlChunks> Open(MySqlServer server, CancellationToken cancel = default) => ServerFaults.Guard(
        server, async () => new MySqlChunks(server, await Connections.Open(server, cancel, isPooled: false)));

    /// <inheritdoc/>
    public async Task<Row?> Next(TableSchema table, Row? after, int rows, CancellationToken cancel)
    {
        var walk = await Walk(table, cancel);
        var keys = Sql.List(walk, c => Sql.Name(c.Column.Name));
        // The last one of at most so many.
        var inner = $"SELECT {keys} FROM {Sql.Name(table.Schema, table.Name)}{Where(walk, after, null)} ORDER BY {keys}"
            + $" LIMIT {rows.ToString(CultureInfo.InvariantCulture)}";
        var sql = $"SELECT {Sql.List(walk, c => RowReader.Asked(c.Column))} FROM ({inner}) AS hf_piece"
            + $" ORDER BY {Sql.List(walk, c => $"{Sql.Name(c.Column.Name)} DESC")} LIMIT 1";
        await foreach (var row in Read(sql, [.. walk.Select(c => c.Column)], cancel))
        {
            return row;
        }

        return null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> Rows(
        TableSchema table, Row? after, Row? upTo, [EnumeratorCancellation] CancellationToken cancel)
    {
        var walk = await Walk(table, cancel);
        await foreach (var row in Read($"{Select(table)}{Where(walk, after, upTo)} ORDER BY {Sql.List(walk, c => Sql.Name(c.Column.Name))}",
            table.Columns, cancel))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Row> All(TableSchema table, CancellationToken cancel) => Read(Select(table), table.Columns, cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> Rows(
        TableSchema table, IReadOnlyList<Row> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        var walk = await Walk(table, cancel);
        foreach (var some in keys.Chunk(KeysAtOnce))
        {
            var where = string.Join(" OR ", some.Select(k => $"({Same(walk, k)})"));
            await foreach (var row in Read($"{Select(table)} WHERE {where}", table.Columns, cancel))
            {
                yield return row;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static string Select(TableSchema table) =>
        $"SELECT {Sql.List(table.Columns, RowReader.Asked)} FROM {Sql.Name(table.Schema, table.Name)}";

    /// <summary>The columns of a key that tells rows apart.</summary>
    private Task<IReadOnlyList<PlannedColumn>> Walk(TableSchema table, CancellationToken cancel) => ServerFaults.Guard(_server, async () =>
    {
        var shape = await TableReader.Read(_connection, table.Schema, table.Name, cancel)
            ?? throw new SourceFaultException(SourceFaults.NoTable(table.FullName));
        var key = shape.Schema.Keys.FirstOrDefault(k => !k.IsInexact && k.Columns.All(c => !shape.Schema.Columns[c].IsNullable))
            ?? throw new SourceFaultException(SourceFaults.NoKey(table.FullName));
        return (IReadOnlyList<PlannedColumn>)[.. key.Columns.Select(c => new PlannedColumn(c, shape.Schema.Columns[c], shape.Columns[c]))];
    });

    /// <summary>The server's own collation decides what lies between; each column alone, so that an index serves.</summary>
    private string Where(IReadOnlyList<PlannedColumn> walk, Row? after, Row? upTo)
    {
        var conditions = new List<string>();
        if (after is { } low)
        {
            conditions.Add(Beyond(walk, Literals(walk, low), 0));
        }

        if (upTo is { } high)
        {
            conditions.Add($"NOT ({Beyond(walk, Literals(walk, high), 0)})");
        }

        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }

    private static string Beyond(IReadOnlyList<PlannedColumn> walk, string[] values, int at)
    {
        var name = walk[at].Name;
        return at == walk.Count - 1 ? $"{name} > {values[at]}"
            : $"({name} >= {values[at]} AND ({name} > {values[at]} OR {Beyond(walk, values, at + 1)}))";
    }

    private string Same(IReadOnlyList<PlannedColumn> walk, Row key) =>
        string.Join(" AND ", Literals(walk, key).Select((v, i) => $"{walk[i].Name} = {v}"));

    private string[] Literals(IReadOnlyList<PlannedColumn> walk, Row key)
    {
        _values.Of(key);
        return [.. walk.Select((column, i) =>
        {
            var text = new StringBuilder();
            return Literal.Append(text, _values[i], column.Column, column.Shape) is { } why
                ? throw new SourceFaultException(new SourceFault(
                    "DP-147", $"{_values[i].ToString()} cannot be a key of {column.Name}: {why}",
                    "Compare the tables' declarations at both ends"))
                : text.ToString();
        })];
    }

    private async IAsyncEnumerable<Row> Read(
        string sql, IReadOnlyList<Column> columns, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = new MySqlCommand(sql, _connection) { CommandTimeout = 0 };
        await using var reader = await ServerFaults.Guard(_server, () => command.ExecuteReaderAsync(cancel));
        while (await ServerFaults.Guard(_server, () => reader.ReadAsync(cancel)))
        {
            _bytes.ResetWrittenCount();
            for (var i = 0; i < columns.Count; i++)
            {
                RowReader.Copy(reader, i, columns[i], new RowWriter(_bytes));
            }

            yield return new Row(_bytes.WrittenSpan.ToArray());
        }
    }
}
