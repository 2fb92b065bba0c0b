namespace Holdfast.Stores.Mongo;

/// <summary>
/// Writes of single documents, each with an id of its own that the document keeps among its last ones. The driver tries a write
/// once more by itself where the server can tell that it is the same; what is lost beyond that is decided by
/// <see cref="LostAnswer"/>.
/// </summary>
internal sealed class MongoWrites(MongoServer server, IMongoCollection<BsonDocument> documents)
{
    /// <summary>The most times that one write of many is repeated for those that others inserted meanwhile.</summary>
    private const int PassesMax = 10;

    internal Task<bool> Insert(string id, BsonDocument document, long version, CancellationToken cancel) => Once(
        id, 0, deletes: false,
        async write =>
        {
            try
            {
                await documents.InsertOneAsync(
                    new BsonDocument { { "_id", id }, { "v", version }, { "w", new BsonArray { Name(write) } }, { "d", document } },
                    null, cancel).ConfigureAwait(false);
                return true;
            }
            catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
            {
                return false;
            }
        },
        cancel);

    internal Task<bool> Replace(string id, BsonDocument document, long expected, CancellationToken cancel) => Once(
        id, expected, deletes: false,
        async write =>
        {
            var result = await documents.UpdateOneAsync(
                new BsonDocument { { "_id", id }, { "v", expected } },
                Update(write).Add("$set", new BsonDocument("d", document)), null, cancel).ConfigureAwait(false);
            return result.MatchedCount == 1;
        },
        cancel);

    internal Task<bool> Delete(string id, long expected, CancellationToken cancel) => Once(
        id, expected, deletes: true,
        async _ =>
        {
            var result = await documents.DeleteOneAsync(
                new BsonDocument { { "_id", id }, { "v", expected } }, cancel).ConfigureAwait(false);
            return result.DeletedCount == 1;
        },
        cancel);

    /// <summary>Each by itself, in any order. Repeated, it passes over those that it has reached.</summary>
    internal Task Upsert(IReadOnlyList<(string Id, BsonDocument Document)> all, CancellationToken cancel)
    {
        var write = Guid.CreateVersion7(server.Time.GetUtcNow());
        return Again(
            async _ =>
            {
                var rest = all;
                for (var pass = 0; rest.Count > 0 && pass < PassesMax; pass++)
                {
                    rest = await UpsertOnce(write, rest, cancel).ConfigureAwait(false);
                }

                return rest.Count == 0
                    ? 0L
                    : throw new TimeoutException($"{rest.Count} documents were inserted by others again and again.");
            },
            cancel);
    }

    /// <summary>
    /// Writes, and returns those that are still to be written. Where an id is there already, an attempt before has written it, so that the
    /// filter does not match, or another inserted it in the same moment; its marks tell.
    /// </summary>
    private async Task<IReadOnlyList<(string Id, BsonDocument Document)>> UpsertOnce(
        Guid write, IReadOnlyList<(string Id, BsonDocument Document)> all, CancellationToken cancel)
    {
        var models = all.Select(one => new UpdateOneModel<BsonDocument>(
            new BsonDocument { { "_id", one.Id }, { "w", new BsonDocument("$ne", Name(write)) } },
            Update(write).Add("$set", new BsonDocument("d", one.Document))) { IsUpsert = true }).ToList();
        try
        {
            await documents.BulkWriteAsync(models, new BulkWriteOptions { IsOrdered = false }, cancel).ConfigureAwait(false);
            return [];
        }
        catch (MongoBulkWriteException<BsonDocument> e) when (e.WriteConcernError is null
            && e.WriteErrors.All(error => error.Category == ServerErrorCategory.DuplicateKey))
        {
            var met = e.WriteErrors.Select(error => all[error.Index]).ToList();
            using var found = await documents.FindAsync(
                new BsonDocument { { "_id", new BsonDocument("$in", new BsonArray(met.Select(m => m.Id))) }, { "w", Name(write) } },
                new FindOptions<BsonDocument> { Projection = new BsonDocument("_id", 1) }, cancel).ConfigureAwait(false);
            var reached = (await found.ToListAsync(cancel).ConfigureAwait(false)).Select(d => d["_id"].AsString)
                .ToHashSet(StringComparer.Ordinal);
            return met.FindAll(m => !reached.Contains(m.Id));
        }
    }

    /// <param name="where">The filter, with one more condition.</param>
    internal async Task<int> Touch(Func<BsonDocument, BsonDocument> where, CancellationToken cancel)
    {
        var write = Guid.CreateVersion7(server.Time.GetUtcNow());
        var filter = where(new BsonDocument("w", new BsonDocument("$ne", Name(write))));
        var before = await Again(
            async doubtful =>
            {
                var result = await documents.UpdateManyAsync(filter, Update(write), null, cancel).ConfigureAwait(false);
                // Documents that an attempt before has touched, perhaps only now, are counted by its mark.
                return doubtful == 0 ? result.ModifiedCount : await documents.CountDocumentsAsync(
                    new BsonDocument("w", Name(write)), null, cancel).ConfigureAwait(false);
            },
            cancel).ConfigureAwait(false);
        return (int)before;
    }

    private static BsonBinaryData Name(Guid write) => new(write, GuidRepresentation.Standard);

    private static BsonDocument Update(Guid write) => new()
    {
        { "$inc", new BsonDocument("v", 1L) },
        {
            "$push", new BsonDocument("w", new BsonDocument
            {
                { "$each", new BsonArray { Name(write) } }, { "$slice", -LostAnswer.WritesKept },
            })
        },
    };

    private async Task<bool> Once(
        string id, long expected, bool deletes, Func<Guid, Task<bool>> attempt, CancellationToken cancel)
    {
        var write = Guid.CreateVersion7(server.Time.GetUtcNow());
        return await Again(
            async doubtful =>
            {
                if (doubtful > 0 && await Told().ConfigureAwait(false) is { } known)
                {
                    return known;
                }

                if (await attempt(write).ConfigureAwait(false))
                {
                    return true;
                }

                // The attempt before may have taken effect since that look: then this one met its own write.
                return doubtful > 0 && (await Told().ConfigureAwait(false) ?? throw NobodyCanTell(id));
            },
            cancel).ConfigureAwait(false);

        async Task<bool?> Told() =>
            LostAnswer.Decide(write, expected, deletes, await Found(id, cancel).ConfigureAwait(false)) switch
            {
                WriteOutcome.Done => true,
                WriteOutcome.Lost => false,
                WriteOutcome.Again => null,
                WriteOutcome.Unknown => throw NobodyCanTell(id),
            };
    }

    private StateUnavailableException NobodyCanTell(string id) => new(
        $"{server.Shown}: the answer to a write of '{id}' was lost, and what is stored does not tell whether it took effect.");

    /// <param name="attempt">Gets how many attempts before it may have taken effect.</param>
    private async Task<TResult> Again<TResult>(Func<int, Task<TResult>> attempt, CancellationToken cancel)
    {
        var started = server.Time.GetTimestamp();
        for (var doubtful = 0; ;)
        {
            try
            {
                return await attempt(doubtful).ConfigureAwait(false);
            }
            catch (Exception e) when (MongoFaults.Of(e) != CommandFault.Final
                && server.Time.GetElapsedTime(started) < MongoServer.TryMax)
            {
                doubtful += MongoFaults.Of(e) == CommandFault.Doubtful ? 1 : 0;
                await Task.Delay(MongoServer.Pause, server.Time, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is MongoException or TimeoutException)
            {
                throw server.Unavailable(e);
            }
        }
    }

    private async Task<(long Version, IReadOnlyList<Guid> Writes)?> Found(string id, CancellationToken cancel)
    {
        using var found = await documents.FindAsync(
            new BsonDocument("_id", id),
            new FindOptions<BsonDocument> { Limit = 1, Projection = new BsonDocument { { "v", 1 }, { "w", 1 } } },
            cancel).ConfigureAwait(false);
        return await found.FirstOrDefaultAsync(cancel).ConfigureAwait(false) is { } stored
            ? (stored["v"].ToInt64(), [.. stored["w"].AsBsonArray.Select(w => w.AsBsonBinaryData.ToGuid(GuidRepresentation.Standard))])
            : null;
    }
}
