namespace Holdfast.Stores.Mongo;

/// <summary>
/// Queries as MongoDB's filters and sorts, pure. A stored document is { _id, v: version, w: last writes, d: the document }.
/// </summary>
internal static class MongoTerms
{
    /// <summary>Matches nothing.</summary>
    private static BsonDocument Never => new("_id", new BsonDocument("$in", new BsonArray()));

    internal static BsonDocument Where<T>(Collection<T> collection, DocumentQuery<T> query, BsonDocument? more = null)
        where T : class
    {
        var terms = query.Conditions.Select(condition => Term(collection, condition)).ToList();
        if (query.IdPrefix is { } prefix)
        {
            terms.Add(new BsonDocument("_id", new BsonDocument { { "$gte", prefix }, { "$lt", query.IdEnd } }));
        }

        if (more is not null)
        {
            terms.Add(more);
        }

        return terms.Count switch
        {
            0 => [],
            1 => terms[0],
            _ => new BsonDocument("$and", new BsonArray(terms)),
        };
    }

    /// <summary>Nulls are first ascending and last descending by MongoDB's own order.</summary>
    internal static BsonDocument Sort<T>(Collection<T> collection, DocumentQuery<T> query) where T : class
    {
        var direction = query.Descending ? -1 : 1;
        var sort = new BsonDocument();
        if (query.OrderField is { } field)
        {
            sort.Add(Path(collection, field), direction);
        }

        return sort.Add("_id", direction);
    }

    /// <summary>The rest of the query behind its cursor, as stretches of an index that are read one after the other.</summary>
    internal static IReadOnlyList<BsonDocument?> Stretches<T>(Collection<T> collection, DocumentQuery<T> query) where T : class
    {
        if (Cursor.Of(query) is not { } cursor)
        {
            return [null];
        }

        var beyond = query.Descending ? "$lt" : "$gt";
        var id = new BsonDocument("_id", new BsonDocument(beyond, cursor.Id));
        if (query.OrderField is not { } field)
        {
            return [id];
        }

        var path = Path(collection, field);
        var value = collection.Kinds[field] == FieldKind.Boolean && cursor.Value is 0L or 1L
            ? new BsonBoolean(cursor.Value is 1L)
            : StoredBson.Keep(cursor.Value);
        var same = new BsonDocument(path, value).Merge(id);
        var others = new BsonDocument(path, new BsonDocument(beyond, value));
        var nulls = new BsonDocument(path, BsonNull.Value);
        return (value.IsBsonNull, query.Descending) switch
        {
            (true, false) => [same, new BsonDocument(path, new BsonDocument("$ne", BsonNull.Value))],
            (true, true) => [same],
            (false, false) => [same, others],
            (false, true) => [same, others, nulls],
        };
    }

    internal static string Path<T>(Collection<T> collection, string field) where T : class => collection.Kinds.ContainsKey(field)
        ? "d." + field
        : throw new InvalidOperationException(
            $"Collection {collection.Name} has no index with the field '{field}'; declare one to ask for it.");

    private static BsonDocument Term<T>(Collection<T> collection, Condition condition) where T : class
    {
        var path = Path(collection, condition.Field);
        var value = condition.Value;
        if (value is IEnumerable<object?> != (condition.Match == Match.In))
        {
            throw new ArgumentException(
                $"{condition.Field}: a list goes with {nameof(Match.In)}, and only a list", nameof(condition));
        }

        return condition.Match switch
        {
            Match.Equal => Operator("$eq"),
            Match.NotEqual => Operator("$ne"),
            Match.Less => Compared("$lt"),
            Match.LessOrEqual => Compared("$lte"),
            Match.Greater => Compared("$gt"),
            Match.GreaterOrEqual => Compared("$gte"),
            Match.In => new BsonDocument(path, new BsonDocument("$in",
                new BsonArray(((IEnumerable<object?>)value!).Select(StoredBson.Keep)))),
            Match.Contains => value is string part ? Containing(path, part) : Never,
        };

        BsonDocument Operator(string name) => new(path, new BsonDocument(name, StoredBson.Keep(value)));

        // Against null MongoDB would compare null with null.
        BsonDocument Compared(string name) => value is null ? Never : Operator(name);
    }

    /// <summary>Writes it as an expression: a pattern would look into lists, and treat letters beyond a to z alike.</summary>
    private static BsonDocument Containing(string path, string part)
    {
        var field = "$" + path;
        var isText = new BsonDocument("$eq", new BsonArray { new BsonDocument("$type", field), "string" });
        var lower = new BsonDocument("$toLower", new BsonDocument("$literal", part));
        var at = new BsonDocument("$indexOfCP", new BsonArray { new BsonDocument("$toLower", field), lower });
        return new BsonDocument("$expr", new BsonDocument("$cond", new BsonArray
        {
            isText, new BsonDocument("$gte", new BsonArray { at, 0 }), false,
        }));
    }
}
