using Holdfast.Platform;
using System.Buffers;

namespace Holdfast.Stores.Mongo;

/// <summary>One collection of a MongoDB database; each document is one of MongoDB's own, and each write is of one.</summary>
internal sealed class MongoDocuments<T> : IDocuments<T> where T : class
{
    private readonly MongoServer _server;
    private readonly Collection<T> _collection;
    private readonly IMongoCollection<BsonDocument> _documents;
    private readonly MongoWrites _writes;

    internal MongoDocuments(MongoServer server, Collection<T> collection)
    {
        _server = server;
        _collection = collection;
        _documents = server.Database.GetCollection<BsonDocument>(collection.Name);
        _writes = new MongoWrites(server, _documents);
        try
        {
            MongoSchema.Prepare(server, _documents, collection);
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            throw server.Unavailable(e);
        }
    }

    public Task<Versioned<T>?> Find(string id, CancellationToken cancel) => Read<Versioned<T>?>(async () =>
    {
        using var found = await _documents.FindAsync(
            new BsonDocument("_id", id), new FindOptions<BsonDocument> { Limit = 1 }, cancel).ConfigureAwait(false);
        return await found.FirstOrDefaultAsync(cancel).ConfigureAwait(false) is { } stored ? Document(stored) : null;
    });

    public Task<bool> Insert(T document, long version, CancellationToken cancel) =>
        _writes.Insert(_collection.IdOf(document), Stored(document), version, cancel);

    public Task<bool> Replace(T document, long expected, CancellationToken cancel) =>
        _writes.Replace(_collection.IdOf(document), Stored(document), expected, cancel);

    public Task<bool> Delete(string id, long expected, CancellationToken cancel) => _writes.Delete(id, expected, cancel);

    public Task UpsertMany(IReadOnlyCollection<T> documents, CancellationToken cancel)
    {
        var last = new Dictionary<string, T>(documents.Count, StringComparer.Ordinal);
        foreach (var document in documents)
        {
            last[_collection.IdOf(document)] = document;
        }

        return last.Count == 0
            ? Task.CompletedTask
            : _writes.Upsert([.. last.Select(d => (d.Key, Stored(d.Value)))], cancel);
    }

    public async Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel)
    {
        var sort = MongoTerms.Sort(_collection, query);
        var filters = MongoTerms.Stretches(_collection, query).Select(s => MongoTerms.Where(_collection, query, s)).ToList();
        return await Read(async () =>
        {
            var items = new List<BsonDocument>();
            foreach (var filter in filters)
            {
                var options = new FindOptions<BsonDocument> { Sort = sort, Limit = query.Limit + 1 - items.Count };
                using var found = await _documents.FindAsync(filter, options, cancel).ConfigureAwait(false);
                items.AddRange(await found.ToListAsync(cancel).ConfigureAwait(false));
                if (items.Count > query.Limit)
                {
                    break;
                }
            }

            var page = items.Take(query.Limit).Select(Document).ToList();
            return new Page<T>(page, items.Count > query.Limit ? CursorAt(items[query.Limit - 1], query) : null);
        }).ConfigureAwait(false);
    }

    public async Task<long> Count(DocumentQuery<T> query, CancellationToken cancel)
    {
        var filter = MongoTerms.Where(_collection, query);
        return await Read(() => _documents.CountDocumentsAsync(filter, null, cancel)).ConfigureAwait(false);
    }

    /// <summary>The first are looked up, then deleted where they still match: MongoDB's deletion has no limit.</summary>
    public async Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel)
    {
        RefuseCursor(query, "deletion");
        var where = MongoTerms.Where(_collection, query);
        var options = new FindOptions<BsonDocument>
        {
            Sort = MongoTerms.Sort(_collection, query),
            Limit = query.Limit,
            Projection = new BsonDocument("_id", 1),
        };
        return await Read(async () =>
        {
            using var found = await _documents.FindAsync(where, options, cancel).ConfigureAwait(false);
            var ids = (await found.ToListAsync(cancel).ConfigureAwait(false)).Select(d => d["_id"]);
            var first = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)));
            var deleted = await _documents.DeleteManyAsync(MongoTerms.Where(_collection, query, first), cancel).ConfigureAwait(false);
            return (int)deleted.DeletedCount;
        }).ConfigureAwait(false);
    }

    public async Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel)
    {
        RefuseCursor(query, "touch");
        return await _writes.Touch(more => MongoTerms.Where(_collection, query, more), cancel).ConfigureAwait(false);
    }

    private static BsonDocument Stored(T document) =>
        StoredBson.Keep(JsonSerializer.SerializeToElement(document, StateJson.Options)).AsBsonDocument;

    private static string CursorAt(BsonDocument last, DocumentQuery<T> query)
    {
        var value = query.OrderField is { } field ? last["d"].AsBsonDocument.GetValue(field, BsonNull.Value) : BsonNull.Value;
        object? plain = value switch
        {
            BsonString text => text.Value,
            BsonInt64 or BsonInt32 => value.ToInt64(),
            BsonDouble number => number.Value,
            BsonBoolean flag => flag.Value ? 1L : 0L,
            _ => null,
        };
        return new Cursor(plain, last["_id"].AsString).Encode(query);
    }

    private Versioned<T> Document(BsonDocument stored)
    {
        try
        {
            var json = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(json))
            {
                StoredBson.Give(stored["d"], writer);
            }

            var document = JsonSerializer.Deserialize<T>(json.WrittenSpan, StateJson.Options);
            return new Versioned<T>(document ?? throw new JsonException("it is null"), stored["v"].ToInt64());
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            throw new StateUnavailableException(
                $"{_server.Shown}: document '{stored["_id"]}' of collection {_collection.Name} cannot be read: {e.InPlainWords()}", e);
        }
    }

    private void RefuseCursor(DocumentQuery<T> query, string what)
    {
        if (query.Cursor is not null)
        {
            throw new InvalidOperationException($"Collection {_collection.Name}: a {what} takes no cursor.");
        }
    }

    /// <summary>The driver tries a read once more by itself.</summary>
    private async Task<TResult> Read<TResult>(Func<Task<TResult>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            throw _server.Unavailable(e);
        }
    }
}
