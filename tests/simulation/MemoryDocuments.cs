namespace Holdfast.Simulation.Tests;

/// <summary>The documents of one collection of a <see cref="MemoryStore"/>.</summary>
internal sealed partial class MemoryDocuments<T>(MemoryStore store, Collection<T> collection, Lock gate) : IDocuments<T> where T : class
{
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fields = collection.Indexes.SelectMany(f => f).ToHashSet(StringComparer.Ordinal);

    private sealed class Row(string id, T document, long version)
    {
        private readonly Dictionary<string, object?> _fields = new(StringComparer.Ordinal);

        internal string Id { get; } = id;
        internal T Document { get; } = document;
        internal long Version { get; } = version;

        internal object? this[string field]
        {
            get
            {
                if (!_fields.TryGetValue(field, out var value))
                {
                    _fields[field] = value = Fields<T>.Read(Document, field);
                }

                return value;
            }
        }
    }

    internal IEnumerable<T> All => _rows.Values.Select(r => r.Document);

    internal T? Peek(string id) => _rows.GetValueOrDefault(id)?.Document;

    public Task<Versioned<T>?> Find(string id, CancellationToken cancel) => Locked(() =>
        _rows.TryGetValue(id, out var row) ? new Versioned<T>(row.Document, row.Version) : (Versioned<T>?)null, cancel);

    public Task<bool> Insert(T document, long version, CancellationToken cancel)
    {
        var id = collection.IdOf(document);
        return Locked(() => !_rows.ContainsKey(id) && Put(id, document, version), cancel);
    }

    public Task<bool> Replace(T document, long expected, CancellationToken cancel)
    {
        var id = collection.IdOf(document);
        return Locked(() => _rows.TryGetValue(id, out var row) && row.Version == expected && Put(id, document, expected + 1), cancel);
    }

    public Task<bool> Delete(string id, long expected, CancellationToken cancel) => Locked(() =>
        _rows.TryGetValue(id, out var row) && row.Version == expected && Remove(row), cancel);

    public Task UpsertMany(IReadOnlyCollection<T> documents, CancellationToken cancel)
    {
        var last = new Dictionary<string, T>(documents.Count, StringComparer.Ordinal);
        foreach (var document in documents)
        {
            last[collection.IdOf(document)] = document;
        }

        return Locked(() => last.All(d => Put(d.Key, d.Value, (_rows.GetValueOrDefault(d.Key)?.Version ?? 0) + 1)), cancel);
    }

    /// <summary>Somebody else writes the same document again: whoever names its version loses the race.</summary>
    internal void Touch(string id)
    {
        if (_rows.TryGetValue(id, out var row))
        {
            Keep(new Row(id, row.Document, row.Version + 1));
        }
    }

    public Task<Page<T>> Query(DocumentQuery<T> query, CancellationToken cancel) => Locked(() =>
    {
        var page = new List<Versioned<T>>();
        Row? last = null;
        foreach (var row in Ordered(query, Cursor.Of(query)))
        {
            if (page.Count == query.Limit)
            {
                return new Page<T>(page, new Cursor(query.OrderField is { } f ? last![f] : null, last!.Id).Encode(query));
            }

            page.Add(new Versioned<T>(row.Document, row.Version));
            last = row;
        }

        return new Page<T>(page, null);
    }, cancel);

    public Task<long> Count(DocumentQuery<T> query, CancellationToken cancel) => Locked(() => (long)Matching(query).Count(), cancel);

    public Task<int> DeleteMany(DocumentQuery<T> query, CancellationToken cancel)
    {
        if (query.Cursor is not null)
        {
            throw new InvalidOperationException($"Collection {collection.Name}: a deletion takes no cursor.");
        }

        return Locked(() => Ordered(query, null).Take(query.Limit).ToList().Count(Remove), cancel);
    }

    /// <summary>Writes a document in place of whatever is there.</summary>
    internal async Task<bool> Put(T document)
    {
        await UpsertMany([document], default);
        return true;
    }

    public Task<int> Touch(DocumentQuery<T> query, CancellationToken cancel)
    {
        if (query.Cursor is not null)
        {
            throw new InvalidOperationException($"Collection {collection.Name}: a touch takes no cursor.");
        }

        return Locked(() =>
        {
            var touched = Matching(query).ToList();
            touched.ForEach(row => Touch(row.Id));
            return touched.Count;
        }, cancel);
    }

    private Task<TResult> Locked<TResult>(Func<TResult> step, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(cancel);
        }

        lock (gate)
        {
            try
            {
                return Task.FromResult(step());
            }
            catch (Exception error) when (error is InvalidOperationException or ArgumentException or BadCursorException)
            {
                return Task.FromException<TResult>(error);
            }
        }
    }

    private bool Put(string id, T document, long version)
    {
        var before = _rows.GetValueOrDefault(id)?.Document;
        document = Fields<T>.Kept(document);
        Keep(new Row(id, document, version));
        store.Written?.Invoke(collection.Name, before, document);
        return true;
    }

    private bool Remove(Row row)
    {
        _rows.Remove(row.Id);
        Unsort(row);
        store.Written?.Invoke(collection.Name, row.Document, null);
        return true;
    }

    private IEnumerable<Row> Matching(DocumentQuery<T> query)
    {
        foreach (var field in query.Conditions.Select(c => c.Field).Append(query.OrderField).OfType<string>())
        {
            if (!_fields.Contains(field))
            {
                throw new InvalidOperationException($"Collection {collection.Name} has no index with the field '{field}'.");
            }
        }

        foreach (var condition in query.Conditions.Where(c => c.Value is IEnumerable<object?> != (c.Match == Match.In)))
        {
            throw new ArgumentException($"{condition.Field}: a list goes with In, and only a list", nameof(query));
        }

        var rows = query.Conditions.Count == 0 ? _rows.Values
            : Candidates(query.Conditions).Where(row => query.Conditions.All(c => Matches(row[c.Field], c)));
        return query.IdPrefix is { } prefix ? rows.Where(row => row.Id.StartsWith(prefix, StringComparison.Ordinal)) : rows;
    }

    private static bool Matches(object? field, Condition condition) => condition.Match switch
    {
        Match.Equal => Same(field, condition.Value),
        Match.NotEqual => !Same(field, condition.Value),
        Match.In => ((IEnumerable<object?>)condition.Value!).Any(v => Same(field, v)),
        Match.Contains => field is string text && condition.Value is string part
            && text.Contains(part, StringComparison.OrdinalIgnoreCase),
        Match.Less => Compared(field, condition.Value) < 0,
        Match.LessOrEqual => Compared(field, condition.Value) <= 0,
        Match.Greater => Compared(field, condition.Value) > 0,
        Match.GreaterOrEqual => Compared(field, condition.Value) >= 0,
    };

    private static bool Same(object? field, object? value) => value is null ? field is null : Compared(field, value) == 0;

    /// <summary>Null when the two cannot be compared.</summary>
    private static int? Compared(object? a, object? b) => (Plain(a), Plain(b)) switch
    {
        (string x, string y) => string.CompareOrdinal(x, y),
        (long x, long y) => x.CompareTo(y),
        (long x, double y) => ((double)x).CompareTo(y),
        (double x, long y) => x.CompareTo(y),
        (double x, double y) => x.CompareTo(y),
        _ => null,
    };

    private static object? Plain(object? value) => value is bool truth ? truth ? 1L : 0L : value;

    private IEnumerable<Row> Ordered(DocumentQuery<T> query, Cursor? cursor)
    {
        var field = query.OrderField;
        var sign = query.Descending ? -1 : 1;
        var rows = Matching(query).ToList();
        rows.Sort((a, b) => sign * Order(field is null ? null : a[field], a.Id, field is null ? null : b[field], b.Id));
        return cursor is null ? rows
            : rows.Where(r => sign * Order(field is null ? null : r[field], r.Id, cursor.Value, cursor.Id) > 0);
    }

    /// <summary>Nulls first, then by value, then by id.</summary>
    private static int Order(object? a, string idA, object? b, string idB) => (a, b) switch
    {
        (null, null) => string.CompareOrdinal(idA, idB),
        (null, _) => -1,
        (_, null) => 1,
        _ => Compared(a, b) is { } order and not 0 ? order : string.CompareOrdinal(idA, idB),
    };
}
