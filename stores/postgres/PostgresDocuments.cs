namespace Holdfast.Stores.Postgres;

/// <summary>One collection in a PostgreSQL table.</summary>
internal sealed class PostgresDocuments<T> : IDocuments<T> where T : class
{
    private readonly PostgresDatabase _database;
    private readonly Collection<T> _collection;
    private readonly PostgresTable _table;

    internal PostgresDocuments(PostgresDatabase database, Collection<T> collection)
    {
        _database = database;
        _collection = collection;
        _table = PostgresTable.Of(collection, database.Schema);
        database.Prepare(_table);
    }

    public async Task<Versioned<T>?> Find(string id, CancellationToken cancel) => CannotBe(id) ? null : await _database.Read<Versioned<T>?>(
        new PostgresStatement(_table.Find, [Id(id)]),
        async rows => await rows.ReadAsync(cancel).ConfigureAwait(false) ? Document(rows) : null,
        cancel).ConfigureAwait(false);

    public async Task<bool> Insert(T document, long version, CancellationToken cancel) =>
        await _database.Write(
            _table.Insert, [Id(_collection.IdOf(document)), Json(document), (version, NpgsqlDbType.Bigint)], cancel)
            .ConfigureAwait(false) == 1;

    public async Task<bool> Replace(T document, long expected, CancellationToken cancel) =>
        await _database.Write(
            _table.Replace, [Id(_collection.IdOf(document)), Json(document), (expected, NpgsqlDbType.Bigint)], cancel)
            .ConfigureAwait(false) == 1;

    public async Task<bool> Delete(string id, long expected, CancellationToken cancel) =>
        !CannotBe(id)
        && await _database.Write(_table.Delete, [Id(id), (expected, NpgsqlDbType.Bigint)], cancel).ConfigureAwait(false) == 1;

    public async Task UpsertMany(IReadOnlyCollection<T> documents, CancellationToken cancel)
    {
        var last = new Dictionary<string, T>(documents.Count, StringComparer.Ordinal);
        foreach (var document in documents)
        {
            last[_collection.IdOf(document)] = document;
        }

        if (last.Count > 0)
        {
            await _database.Write(
                _table.Upsert,
                [
                    (last.Keys.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
                    (last.Values.Select(Stored).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb),
                ],
                cancel).ConfigureAwait(false);
        }
    }

    public async Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) =>
        await _database.Read(PostgresSelect.Page(_table, query), rows => ReadPage(rows, query, cancel), cancel).ConfigureAwait(false);

    public async Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) => await _database.Read(
        PostgresSelect.Count(_table, query),
        async rows => await rows.ReadAsync(cancel).ConfigureAwait(false) ? rows.GetInt64(0) : throw new InvalidOperationException(),
        cancel).ConfigureAwait(false);

    public async Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel)
    {
        var (sql, values) = PostgresSelect.DeleteMany(_table, query);
        return (int)await _database.Write(sql, values, cancel).ConfigureAwait(false);
    }

    public async Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel)
    {
        var (sql, values) = PostgresSelect.Touch(_table, query);
        return (int)await _database.Write(sql, values, cancel).ConfigureAwait(false);
    }

    /// <summary>No document has such an id, and PostgreSQL takes no such text.</summary>
    private static bool CannotBe(string id) => id.Contains('\0', StringComparison.Ordinal);

    private static (object, NpgsqlDbType) Id(string id) => (id, NpgsqlDbType.Text);

    private static (object, NpgsqlDbType) Json(T document) => (Stored(document), NpgsqlDbType.Jsonb);

    private static byte[] Stored(T document) =>
        StoredJson.Keep(JsonSerializer.SerializeToUtf8Bytes(document, StateJson.Options));

    private async Task<Page<T>> ReadPage(NpgsqlDataReader rows, DocumentQuery<T> query, CancellationToken cancel)
    {
        var items = new List<Versioned<T>>();
        Cursor? last = null;
        while (await rows.ReadAsync(cancel).ConfigureAwait(false))
        {
            if (items.Count == query.Limit)
            {
                return new Page<T>(items, last!.Encode(query));
            }

            items.Add(Document(rows));
            if (items.Count == query.Limit)
            {
                last = new Cursor(OrderValue(query, rows), rows.GetString(0));
            }
        }

        return new Page<T>(items, null);
    }

    /// <summary>The value as a cursor has it: null, text, whole number (booleans too) or double.</summary>
    private object? OrderValue(DocumentQuery<T> query, NpgsqlDataReader rows)
    {
        if (query.OrderField is not { } field || rows.IsDBNull(3))
        {
            return null;
        }

        var written = rows.GetString(3);
        return _table.Kind(field) switch
        {
            FieldKind.Text => written,
            FieldKind.Boolean => written == "true" ? 1L : 0L,
            FieldKind.Number => long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? (object)whole
                : double.Parse(written, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
    }

    private Versioned<T> Document(NpgsqlDataReader row)
    {
        try
        {
            var document = JsonSerializer.Deserialize<T>(StoredJson.Give(row.GetFieldValue<byte[]>(2)), StateJson.Options);
            return new Versioned<T>(document ?? throw new JsonException("it is null"), row.GetInt64(1));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            throw PostgresFaults.Unreadable(_database.Shown, _table.Collection, row.GetString(0), e);
        }
    }
}
