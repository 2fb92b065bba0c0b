using Holdfast.Platform.State.Archive;

namespace Holdfast.Stores.Mongo;

/// <summary>
/// All of a database. A single MongoDB server has no transactions, so what is read is one state only when nothing writes. A restore that
/// was cut off is begun again, and replaces what is there.
/// </summary>
internal static class MongoArchive
{
    private const int AtOnce = 1000;

    internal static void ReadAll(MongoServer server, Action<ArchivedDocument> each, CancellationToken cancel)
    {
        foreach (var (name, version) in Collections(server, cancel))
        {
            var all = server.Database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).Sort(new BsonDocument("_id", 1));
            foreach (var stored in all.ToEnumerable(cancel))
            {
                each(new ArchivedDocument(
                    name, version, stored["_id"].AsString, stored["v"].ToInt64(), MongoSchema.Json(stored["d"])));
            }
        }
    }

    internal static IReadOnlyDictionary<string, int> Schemas(MongoServer server, CancellationToken cancel) =>
        Collections(server, cancel).ToDictionary(c => c.Name, c => c.Version, StringComparer.Ordinal);

    internal static void WriteAll(
        MongoServer server, IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel)
    {
        foreach (var (name, _) in Collections(server, cancel))
        {
            if (!replace && server.Database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).Any(cancel))
            {
                throw ArchiveFaults.NotEmpty(server.Shown);
            }

            server.Database.DropCollection(name, cancel);
        }

        var schemas = server.Database.GetCollection<BsonDocument>(MongoSchema.Collections);
        foreach (var some in documents.Chunk(AtOnce))
        {
            foreach (var collection in some.GroupBy(d => (d.Collection, d.Schema)))
            {
                // First: a restore that is begun again finds what this one left.
                schemas.UpdateOne(new BsonDocument("_id", collection.Key.Collection),
                    new BsonDocument("$set", new BsonDocument("version", collection.Key.Schema)),
                    new UpdateOptions { IsUpsert = true }, cancel);
                server.Database.GetCollection<BsonDocument>(collection.Key.Collection)
                    .InsertMany(collection.Select(Stored), null, cancel);
            }
        }
    }

    private static BsonDocument Stored(ArchivedDocument document)
    {
        using var json = JsonDocument.Parse(document.Json);
        return new BsonDocument
        {
            { "_id", document.Id }, { "v", document.Version }, { "w", new BsonArray() }, { "d", StoredBson.Keep(json.RootElement) },
        };
    }

    private static List<(string Name, int Version)> Collections(MongoServer server, CancellationToken cancel) =>
        [.. server.Database.GetCollection<BsonDocument>(MongoSchema.Collections)
            .Find(new BsonDocument("_id", new BsonDocument("$ne", ""))).Sort(new BsonDocument("_id", 1)).ToList(cancel)
            .Select(c => (c["_id"].AsString, c["version"].ToInt32()))];
}
