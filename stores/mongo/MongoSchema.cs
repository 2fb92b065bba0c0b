namespace Holdfast.Stores.Mongo;

/// <summary>
/// Makes a collection what the code declares, under a lock that ends by itself when its holder dies. A step that was cut off is
/// repeated: steps may be applied twice, and each document is replaced by compare-and-set.
/// </summary>
internal static class MongoSchema
{
    internal const string Collections = "holdfast.collections";
    private const int DuplicateKey = 11000;
    private static readonly TimeSpan LockTtl = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LockWaitMax = TimeSpan.FromSeconds(90);

    internal static void Prepare<T>(MongoServer server, IMongoCollection<BsonDocument> documents, Collection<T> collection)
        where T : class
    {
        var schemas = server.Database.GetCollection<BsonDocument>(Collections);
        var owner = Guid.NewGuid().ToString("n");
        Take(server, schemas, owner);
        try
        {
            var id = new BsonDocument("_id", collection.Name);
            var stored = schemas.Find(id).FirstOrDefault()?["version"].ToInt32();
            if (stored > collection.SchemaVersion)
            {
                throw server.Newer($"collection {collection.Name}", stored.Value, collection.SchemaVersion);
            }

            if (stored is { } from && from < collection.SchemaVersion && collection.UpgradeFrom(from) is { } upgrade)
            {
                Upgrade(server, schemas, documents, upgrade, owner);
            }

            MongoIndexes.Prepare(documents, collection);
            schemas.UpdateOne(id, new BsonDocument("$set", new BsonDocument("version", collection.SchemaVersion)),
                new UpdateOptions { IsUpsert = true });
        }
        finally
        {
            schemas.DeleteOne(new BsonDocument { { "_id", "" }, { "owner", owner } });
        }
    }

    /// <summary>Takes the lock, by the server's clock alone.</summary>
    private static void Take(MongoServer server, IMongoCollection<BsonDocument> schemas, string owner)
    {
        var started = server.Time.GetTimestamp();
        while (!Extend(schemas, owner))
        {
            if (server.Time.GetElapsedTime(started) > LockWaitMax)
            {
                throw server.Unavailable(new TimeoutException("another process has kept the lock of the schema for too long"));
            }

            Task.Delay(MongoServer.Pause, server.Time, CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// False while another holds it. An upsert takes no $expr in its filter (code 224), so the lock is found by its id, the update
    /// decides, and what comes back tells who has it.
    /// </summary>
    private static bool Extend(IMongoCollection<BsonDocument> schemas, string owner)
    {
        PipelineDefinition<BsonDocument, BsonDocument> take = new[] { Taking(owner) };
        try
        {
            var held = schemas.FindOneAndUpdate<BsonDocument>(
                new BsonDocument("_id", ""), Builders<BsonDocument>.Update.Pipeline(take),
                new FindOneAndUpdateOptions<BsonDocument> { IsUpsert = true, ReturnDocument = ReturnDocument.After });
            return held["owner"].AsString == owner;
        }
        catch (MongoCommandException e) when (e.Code == DuplicateKey)
        {
            return false; // Another made it in the same moment.
        }
    }

    /// <summary>
    /// Takes what is the owner's or nobody's any more, else leaves it. Both fields are decided by what was stored before.
    /// </summary>
    internal static BsonDocument Taking(string owner)
    {
        var mine = new BsonDocument("$literal", owner);
        var free = new BsonDocument("$or", new BsonArray
        {
            new BsonDocument("$eq", new BsonArray { "$owner", mine }),
            new BsonDocument("$lt", new BsonArray { "$until", "$$NOW" }), // What is missing is less than any date.
        });
        var until = new BsonDocument("$add", new BsonArray { "$$NOW", (long)LockTtl.TotalMilliseconds });
        return new BsonDocument("$set", new BsonDocument
        {
            { "owner", new BsonDocument("$cond", new BsonArray { free, mine, "$owner" }) },
            { "until", new BsonDocument("$cond", new BsonArray { free, until, "$until" }) },
        });
    }

    private static void Upgrade(MongoServer server, IMongoCollection<BsonDocument> schemas,
        IMongoCollection<BsonDocument> documents, Func<byte[], byte[]> upgrade, string owner)
    {
        var extended = server.Time.GetTimestamp();
        foreach (var stored in documents.Find(new BsonDocument()).Sort(new BsonDocument("_id", 1)).ToEnumerable())
        {
            if (server.Time.GetElapsedTime(extended) > LockTtl / 4)
            {
                extended = server.Time.GetTimestamp();
                if (!Extend(schemas, owner))
                {
                    throw server.Unavailable(new TimeoutException("another process has taken over the upgrade"));
                }
            }

            using var json = JsonDocument.Parse(upgrade(Json(stored["d"])));
            documents.UpdateOne(
                new BsonDocument { { "_id", stored["_id"] }, { "v", stored["v"] } },
                new BsonDocument
                {
                    { "$set", new BsonDocument("d", StoredBson.Keep(json.RootElement)) }, { "$inc", new BsonDocument("v", 1L) },
                });
        }
    }

    internal static byte[] Json(BsonValue document)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            StoredBson.Give(document, writer);
        }

        return json.ToArray();
    }
}
