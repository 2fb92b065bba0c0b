namespace Holdfast.Stores.Mongo;

/// <summary>
/// The indexes of a collection. Each has the id behind the fields that an order may be asked of, and each sort ends with the id. MongoDB
/// gives an order from an index only when the fields of the sort directly follow those that are compared for equality. Texts are compared
/// by their bytes: no collection and no index has a collation.
/// </summary>
internal static class MongoIndexes
{
    private const string Prefix = "hf:";

    /// <summary>Name and keys, by what is declared; pure. The name says the keys, so that other keys are another index.</summary>
    internal static IReadOnlyList<(string Name, BsonDocument Keys)> Of<T>(Collection<T> collection) where T : class
    {
        var all = new List<(string Name, BsonDocument Keys)>();
        foreach (var fields in collection.Indexes.DistinctBy(f => string.Join('+', f), StringComparer.Ordinal))
        {
            var joined = string.Join('+', fields);
            var carried = collection.CarriedFrom.GetValueOrDefault(joined);
            var ordered = fields.TakeWhile(f => f != carried).ToList();
            var behind = fields.Skip(ordered.Count).ToList();
            var keys = new BsonDocument(ordered.Select(Key).Append(new BsonElement("_id", 1)).Concat(behind.Select(Key)));
            all.Add((Prefix + (behind.Count == 0 ? joined : string.Join('+', ordered.Append("_id").Concat(behind))), keys));
        }

        return all;
    }

    internal static void Prepare<T>(IMongoCollection<BsonDocument> documents, Collection<T> collection) where T : class
    {
        var declared = Of(collection);
        var stored = documents.Indexes.List().ToList().Select(index => index["name"].AsString).ToList();
        foreach (var stale in stored.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && declared.All(d => d.Name != name)))
        {
            documents.Indexes.DropOne(stale);
        }

        var missing = declared.Where(d => !stored.Contains(d.Name))
            .Select(d => new CreateIndexModel<BsonDocument>(d.Keys, new CreateIndexOptions { Name = d.Name })).ToList();
        if (missing.Count > 0)
        {
            documents.Indexes.CreateMany(missing);
        }
    }

    private static BsonElement Key(string field) => new("d." + field, 1);
}
