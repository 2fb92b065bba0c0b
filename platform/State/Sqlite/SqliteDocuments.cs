using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>One collection in a SQLite file.</summary>
internal sealed class SqliteDocuments<T> : IDocuments<T> where T : class
{
    /// <summary>Limit up to which looking at each document that a text index finds is quicker than filling a page in order.</summary>
    private const int FoundMax = 25_000;

    /// <summary>A count goes through everything otherwise.</summary>
    private const int FoundToCountMax = 100_000;

    private readonly SqliteDatabase _database;
    private readonly Collection<T> _collection;
    private readonly SqliteTable _table;

    internal SqliteDocuments(SqliteDatabase database, Collection<T> collection)
    {
        _database = database;
        _collection = collection;
        _table = SqliteTable.Of(collection);
        database.Prepare(_table);
    }

    public Task<Versioned<T>?> Find(string id, CancellationToken cancel) => _database.Read(session => Find(session, id), cancel);

    public async Task<IReadOnlyList<Versioned<T>?>> FindMany(IReadOnlyList<string> ids, CancellationToken cancel) =>
        ids.Count == 0 ? [] : await _database.Read(
            session => AtOneMoment(session, () => ids.Select(id => Find(session, id)).ToList()), cancel).ConfigureAwait(false);

    private Versioned<T>? Find(SqliteSession session, string id)
    {
        using var row = session.Read(_table.Find, id);
        return row.Read() ? Document(row) : null;
    }

    public Task<bool> Insert(T document, long version, CancellationToken cancel)
    {
        var (id, json) = Stored(document);
        return _database.Write(session => session.Execute(_table.Insert, id, json, version) == 1, 1, cancel);
    }

    public Task<bool> Replace(T document, long expected, CancellationToken cancel)
    {
        var (id, json) = Stored(document);
        return _database.Write(session => session.Execute(_table.Replace, id, json, expected) == 1, 1, cancel);
    }

    public Task<bool> Delete(string id, long expected, CancellationToken cancel) =>
        _database.Write(session => session.Execute(_table.Delete, id, expected) == 1, 1, cancel);

    public Task UpsertMany(IReadOnlyCollection<T> documents, CancellationToken cancel)
    {
        var last = new Dictionary<string, T>(documents.Count, StringComparer.Ordinal);
        foreach (var document in documents)
        {
            last[_collection.IdOf(document)] = document;
        }

        var rows = last.Values.Select(Stored).ToList();
        return rows.Count == 0 ? Task.CompletedTask : _database.Write(Upsert, rows.Count, cancel);

        bool Upsert(SqliteSession session)
        {
            rows.ForEach(row => session.Execute(_table.Upsert, row.Id, row.Json));
            return true;
        }
    }

    public async Task<IReadOnlyList<bool>> ChangeMany(IReadOnlyList<Change<T>> changes, CancellationToken cancel)
    {
        var rows = changes.Select(change => (Stored(change.Document), change.Expected)).ToList();
        return rows.Count == 0 ? [] : await _database.Write(
            session => rows.ConvertAll(row => row is ((var id, var json), var expected) && (expected is { } version
                ? session.Execute(_table.Replace, id, json, version)
                : session.Execute(_table.Insert, id, json, 1L)) == 1),
            rows.Count, cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Page<T>>> QueryMany(IReadOnlyList<DocumentQuery<T>> queries, CancellationToken cancel)
    {
        var prepared = queries.Select(query => (query, Statements: SqliteSelect.Page(_table, query))).ToList();
        return queries.Count == 0 ? [] : await _database.Read(
            session => AtOneMoment(
                session, () => prepared.ConvertAll(one => new PageReader(this, one.query).Read(session, one.Statements))),
            cancel).ConfigureAwait(false);
    }

    public async Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel)
    {
        var statements = SqliteSelect.Page(_table, query);
        var groups = SqliteSelect.Groups(_table, query);
        return await _database.Read(
            session => ReadPage(
                session, query, LeavesFew(session, groups, FoundMax) ? SqliteSelect.Page(_table, query, groups) : statements),
            cancel).ConfigureAwait(false);
    }

    public async Task<long> Count(DocumentQuery<T> query, CancellationToken cancel)
    {
        var plain = SqliteSelect.Count(_table, query);
        var groups = SqliteSelect.Groups(_table, query);
        return await _database.Read(
            session =>
            {
                var (sql, values) = LeavesFew(session, groups, FoundToCountMax) ? SqliteSelect.Count(_table, query, groups) : plain;
                return (long)session.Scalar(sql, values)!;
            },
            cancel).ConfigureAwait(false);
    }

    public async Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel)
    {
        var (sql, values) = SqliteSelect.DeleteMany(_table, query);
        values[^1] = (long)query.Limit;
        return await _database.Write(session => session.Execute(sql, values), 1, cancel).ConfigureAwait(false);
    }

    public async Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel)
    {
        var (sql, values) = SqliteSelect.Touch(_table, query);
        return await _database.Write(session => session.Execute(sql, values), 1, cancel).ConfigureAwait(false);
    }

    private bool LeavesFew(SqliteSession session, string? groups, long max) =>
        groups is not null && _table.Text!.LeavesFew(session, groups, max);

    private (string Id, string Json) Stored(T document) =>
        (_collection.IdOf(document), JsonSerializer.Serialize(document, StateJson.Options));

    private Page<T> ReadPage(SqliteSession session, DocumentQuery<T> query, IReadOnlyList<SqliteStatement> statements)
    {
        var reader = new PageReader(this, query);
        return statements.Count == 1
            ? reader.Read(session, statements)
            : AtOneMoment(session, () => reader.Read(session, statements));
    }

    /// <summary>All statements see the same state, and SQLite looks for it only once.</summary>
    private static TResult AtOneMoment<TResult>(SqliteSession session, Func<TResult> read)
    {
        session.Execute("BEGIN");
        try
        {
            return read();
        }
        finally
        {
            if (session.InTransaction)
            {
                session.Execute("ROLLBACK");
            }
        }
    }

    private Versioned<T> Document(SqliteDataReader row)
    {
        try
        {
            var document = JsonSerializer.Deserialize<T>(sqlite3_column_blob(row.Handle, 2), StateJson.Options);
            return new Versioned<T>(document ?? throw new JsonException("it is null"), row.GetInt64(1));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            throw new StateUnavailableException(
                $"{_database.Path}: document '{row.GetString(0)}' of collection {_collection.Name} cannot be read: "
                + e.InPlainWords(),
                e);
        }
    }

    /// <summary>Fills a page from several statements, one row beyond it to know whether there is more.</summary>
    private sealed class PageReader(SqliteDocuments<T> documents, DocumentQuery<T> query)
    {
        private readonly List<Versioned<T>> _items = [];
        private Cursor? _last;

        internal Page<T> Read(SqliteSession session, IReadOnlyList<SqliteStatement> statements)
        {
            foreach (var (sql, values) in statements)
            {
                values[^1] = query.Limit - _items.Count + 1L;
                using var rows = session.Read(sql, values);
                while (rows.Read())
                {
                    if (_items.Count == query.Limit)
                    {
                        return new Page<T>(_items, _last!.Encode(query));
                    }

                    _items.Add(documents.Document(rows));
                    if (_items.Count == query.Limit)
                    {
                        _last = new Cursor(rows.IsDBNull(3) ? null : rows.GetValue(3), rows.GetString(0));
                    }
                }
            }

            return new Page<T>(_items, null);
        }
    }
}
