using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Tables;
using Holdfast.Engine.Postgres.Values;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>A database's rows in pieces. One reader at a time.</summary>
public sealed class PostgresChunks : IChunks
{
    private readonly PostgresDatabase _database;
    private readonly Session _session;
    private readonly ArrayBufferWriter<byte> _bytes = new();

    private PostgresChunks(PostgresDatabase database, Session session) => (_database, _session) = (database, session);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SourceFaultException">The server is away, or refuses.</exception>
    public static async Task<PostgresChunks> Open(PostgresDatabase database, CancellationToken cancel = default)
    {
        try
        {
            return new PostgresChunks(database, await Session.Open(database, "reading", cancel).ConfigureAwait(false));
        }
        catch (Exception error) when (Failure.IsOne(error))
        {
            throw new SourceFaultException(Failure.Of(database, error));
        }
    }

    /// <inheritdoc/>
    public async Task<Row?> Next(TableSchema table, Row? after, int rows, CancellationToken cancel)
    {
        var walk = await Walk(table, needsKey: true, cancel).ConfigureAwait(false);
        var (condition, values) = Bounds(walk, after, null);
        // The last one of at most so many.
        var sql = $"SELECT {walk.Keys} FROM (SELECT {walk.Keys} FROM {walk.Table}{condition} ORDER BY {walk.Keys}"
            + $" LIMIT {rows.ToString(CultureInfo.InvariantCulture)}) AS piece"
            + $" ORDER BY {Sql.List(walk.KeyNames, k => $"{k} DESC")} LIMIT 1";
        await foreach (var row in Read(walk.FullName, sql, values, walk.KeyTypes, cancel).ConfigureAwait(false))
        {
            return row;
        }

        return null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> Rows(
        TableSchema table, Row? after, Row? upTo, [EnumeratorCancellation] CancellationToken cancel)
    {
        var walk = await Walk(table, needsKey: true, cancel).ConfigureAwait(false);
        var (condition, values) = Bounds(walk, after, upTo);
        var sql = $"SELECT {walk.Columns} FROM {walk.Table}{condition} ORDER BY {walk.Keys}";
        await foreach (var row in Read(walk.FullName, sql, values, walk.Types, cancel).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> All(TableSchema table, [EnumeratorCancellation] CancellationToken cancel)
    {
        // One statement is one state of the database, however long it is read.
        var walk = await Walk(table, needsKey: false, cancel).ConfigureAwait(false);
        var sql = $"SELECT {walk.Columns} FROM {walk.Table}";
        await foreach (var row in Read(walk.FullName, sql, [], walk.Types, cancel).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> Rows(
        TableSchema table, IReadOnlyList<Row> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        var walk = await Walk(table, needsKey: true, cancel).ConfigureAwait(false);
        var columns = walk.KeyTypes.Select(_ => new string[keys.Count]).ToArray();
        for (var i = 0; i < keys.Count; i++)
        {
            foreach (var (text, c) in Texts(walk, keys[i]).Select((t, c) => (t, c)))
            {
                columns[c][i] = text;
            }
        }

        var numbers = Enumerable.Range(0, columns.Length).ToList();
        var sql = $"SELECT {walk.Columns} FROM {walk.Table} WHERE ({walk.Keys}) IN (SELECT"
            + $" {Sql.List(numbers, i => $"v.c{i}::{walk.KeyTypes[i].Name}")} FROM unnest({Sql.List(numbers, i => $"${i + 1}::text[]")})"
            + $" AS v({Sql.List(numbers, i => $"c{i}")}))";
        await foreach (var row in Read(walk.FullName, sql, columns, walk.Types, cancel).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private sealed record TableWalk(string FullName, string Table, string Columns, IReadOnlyList<PgType> Types,
        IReadOnlyList<string> KeyNames, IReadOnlyList<PgType> KeyTypes)
    {
        internal string Keys => string.Join(", ", KeyNames);
    }

    private async Task<TableWalk> Walk(TableSchema table, bool needsKey, CancellationToken cancel)
    {
        var shape = await Guarded(() => TableReader.Read(_session, table.Schema, table.Name, cancel)).ConfigureAwait(false)
            ?? throw new SourceFaultException(CatalogFaults.NoTable(table.FullName));
        var missing = table.Columns.FirstOrDefault(c => shape.Schema.IndexOf(c.Name) < 0);
        if (missing is not null)
        {
            throw new SourceFaultException(CatalogFaults.NoTable($"{table.FullName} with a column {missing.Name}"));
        }

        var key = shape.Schema.PrimaryKey ?? shape.Schema.Keys.FirstOrDefault(
            k => !k.IsInexact && k.Columns.All(c => !shape.Schema.Columns[c].IsNullable));
        return needsKey && key is null
            ? throw new SourceFaultException(CatalogFaults.NoKey(table.FullName))
            : new TableWalk(table.FullName, Sql.Name(table.Schema, table.Name), Sql.List(table.Columns, c => Sql.Name(c.Name)),
                [.. table.Columns.Select(c => shape.Columns[shape.Schema.IndexOf(c.Name)].Type)],
                [.. (key?.Columns ?? []).Select(c => Sql.Name(shape.Schema.Columns[c].Name))],
                [.. (key?.Columns ?? []).Select(c => shape.Columns[c].Type)]);
    }

    private static (string Condition, object[] Values) Bounds(TableWalk walk, Row? after, Row? upTo)
    {
        var (conditions, values) = (new List<string>(), new List<object>());
        foreach (var (bound, sign) in new[] { (after, ">"), (upTo, "<=") })
        {
            if (bound is { } row)
            {
                var first = values.Count;
                values.AddRange(Texts(walk, row));
                var bounds = walk.KeyTypes.Select((t, i) => $"${first + i + 1}::text::{t.Name}");
                conditions.Add($"({walk.Keys}) {sign} ({string.Join(", ", bounds)})");
            }
        }

        return (conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}", [.. values]);
    }

    private static List<string> Texts(TableWalk walk, Row key)
    {
        var values = new RowIndex().Of(key);
        var texts = new List<string>();
        for (var i = 0; i < walk.KeyTypes.Count; i++)
        {
            var (text, whyNot) = i < values.Columns && !values[i].IsAbsent ? Fitted.Of(values[i], walk.KeyTypes[i], null) : (null, null);
            texts.Add(text ?? throw new SourceFaultException(CatalogFaults.NoKeyValue(
                walk.FullName, i < values.Columns ? values[i].ToString() : "nothing", whyNot ?? "it is not said")));
        }

        return texts;
    }

    private async IAsyncEnumerable<Row> Read(
        string table, string sql, object[] values, IReadOnlyList<PgType> types, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = _session.Command(sql, values);
        await using var reader = await Guarded(() => command.ExecuteReaderAsync(cancel)).ConfigureAwait(false);
        while (await Guarded(() => reader.ReadAsync(cancel)).ConfigureAwait(false))
        {
            yield return Made(reader, table, types);
        }
    }

    private Row Made(NpgsqlDataReader reader, string table, IReadOnlyList<PgType> types)
    {
        _bytes.ResetWrittenCount();
        var writer = new RowWriter(_bytes);
        for (var i = 0; i < types.Count; i++)
        {
            try
            {
                TextReading.Write(writer, types[i], reader.IsDBNull(i) ? null : reader.GetString(i));
            }
            catch (Exception error) when (TextReading.IsUnreadable(error))
            {
                throw new SourceFaultException(CaptureFaults.NoValue($"{table}.{reader.GetName(i)}", types[i].Name, error));
            }
        }

        return new Row(_bytes.WrittenSpan.ToArray());
    }

    private async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception error) when (Failure.IsOne(error))
        {
            throw new SourceFaultException(Failure.Of(_database, error));
        }
    }
}
