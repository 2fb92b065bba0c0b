using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Holdfast.Platform.State;

/// <summary>
/// Describes a collection to a store: its name (<c>service.things</c>), the version of its schema, its id, and the fields that queries
/// use. Only indexed fields can be asked for or ordered by.
/// </summary>
public sealed record Collection<T>(string Name, int SchemaVersion, Func<T, string> Id) where T : class
{
    private const int NameMax = 60;
    private const int IdMax = 512;

    /// <summary>
    /// Lower-case letters, digits, '-' and '_', with a dot after the service's name; it names a table in every store.
    /// </summary>
    public string Name { get; } = Name.Length <= NameMax && Name.Contains('.', StringComparison.Ordinal)
        && Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_')
            ? Name
            : throw new ArgumentException($"'{Name}' is no name of a collection: service.things", nameof(Name));

    /// <summary>Each entry is one index: JSON field names in order.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Indexes { get; private init; } = [];

    /// <summary>Kind of each indexed field in JSON, by its name there.</summary>
    public IReadOnlyDictionary<string, FieldKind> Kinds { get; private init; } =
        new Dictionary<string, FieldKind>(StringComparer.Ordinal);

    /// <summary>
    /// This collection with one more index over these top-level properties, in order. A query is quick when one index has the fields it
    /// compares for equality first and the field of its order next. Each index has the id at its end by itself.
    /// </summary>
    public Collection<T> Index(params Expression<Func<T, object?>>[] fields) =>
        this with
        {
            Indexes = [.. Indexes, [.. fields.Select(Field.Of)]],
            Kinds = new Dictionary<string, FieldKind>(
                Kinds.Concat(fields.Select(f => KeyValuePair.Create(Field.Of(f), Field.KindOf(f))))
                    .DistinctBy(k => k.Key, StringComparer.Ordinal),
                StringComparer.Ordinal),
        };

    /// <summary>By an index, its fields joined by '+': the field without which a document is not in it.</summary>
    public IReadOnlyDictionary<string, string> SparseBy { get; private init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The last index has only documents in which this one of its fields is not null, where the store can do that. It costs nothing for
    /// all others, and serves queries that compare this field with a value.
    /// </summary>
    public Collection<T> Sparse(Expression<Func<T, object?>> field) =>
        Indexes is [.., var last] && last.Contains(Field.Of(field), StringComparer.Ordinal)
        ? this with
        {
            SparseBy = new Dictionary<string, string>(SparseBy, StringComparer.Ordinal) { [string.Join('+', last)] = Field.Of(field) },
        }
        : throw new ArgumentException($"{Name}: '{Field.Of(field)}' is not in the last index", nameof(field));

    /// <summary>By an index, its fields joined by '+': the first of its fields that nobody orders by.</summary>
    public IReadOnlyDictionary<string, string> CarriedFrom { get; private init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// From this field on the last index only carries values that queries compare, and orders by none of them. Some stores give an order
    /// from the index alone only when nothing stands before the id. Such a store puts the id before these values.
    /// </summary>
    public Collection<T> Carries(Expression<Func<T, object?>> field) =>
        Indexes is [.., var last] && last.Skip(1).Contains(Field.Of(field), StringComparer.Ordinal)
        ? this with
        {
            CarriedFrom = new Dictionary<string, string>(CarriedFrom, StringComparer.Ordinal)
                { [string.Join('+', last)] = Field.Of(field) },
        }
        : throw new ArgumentException($"{Name}: '{Field.Of(field)}' is not behind another field in the last index", nameof(field));

    /// <summary>By the version that each leads to: what it makes of a document of the version before.</summary>
    private Dictionary<int, Func<JsonObject, JsonObject>> Steps { get; init; } =
        new Dictionary<int, Func<JsonObject, JsonObject>>();

    /// <summary>
    /// Adds a step that turns a document of version <paramref name="to"/> − 1 into one of version <paramref name="to"/>. A version
    /// without a step has the documents of the one before. Stores apply the steps when they open the collection, and may apply one
    /// twice after an interruption: twice must be the same as once. A step never changes the id.
    /// </summary>
    public Collection<T> Upgrade(int to, Func<JsonObject, JsonObject> step) => to >= 2 && to <= SchemaVersion
        ? this with { Steps = new Dictionary<int, Func<JsonObject, JsonObject>>(Steps) { [to] = step } }
        : throw new ArgumentOutOfRangeException(nameof(to), to, $"{Name}: a step leads to 2 to {SchemaVersion}");

    /// <summary>The document as this version has it; null when no step changes any.</summary>
    /// <param name="from">The version that is stored.</param>
    public Func<byte[], byte[]>? UpgradeFrom(int from)
    {
        var steps = Enumerable.Range(from + 1, Math.Max(0, SchemaVersion - from))
            .Where(Steps.ContainsKey).Select(to => Steps[to]).ToList();
        return steps.Count == 0 ? null : json =>
        {
            var document = JsonNode.Parse(json) as JsonObject ?? throw new JsonException($"{Name}: a document is no object");
            return JsonSerializer.SerializeToUtf8Bytes(
                steps.Aggregate(document, (before, step) => step(before)), StateJson.Options);
        };
    }

    /// <summary>Null: its documents have none.</summary>
    internal Sealing.SecretFields<T>? Secrets { get; private init; }

    /// <summary>
    /// This collection with secrets, which are sealed where they are stored (decision 44). No query may ask for one.
    /// </summary>
    /// <param name="each">The document with each of its secrets as the function makes it; the id stays.</param>
    /// <param name="without">The document as a backup without secrets has it; null: it has none of it.</param>
    public Collection<T> Sealed(Func<T, Func<string, string>, T> each, Func<T, T?> without) =>
        this with { Secrets = new Sealing.SecretFields<T>(each, without) };

    /// <summary>JSON name of the field that texts are looked for in; null: none.</summary>
    public string? TextField { get; private init; }

    /// <summary>
    /// This collection with an index for <see cref="Match.Contains"/> over a property that is in an index already. A store
    /// that has none for texts goes through the documents instead, with the same answer.
    /// </summary>
    public Collection<T> Text(Expression<Func<T, string?>> field) =>
        Indexes.Any(fields => fields.Contains(Field.Of(field), StringComparer.Ordinal))
            ? this with { TextField = Field.Of(field) }
            : throw new ArgumentException($"{Name}: '{Field.Of(field)}' is in no index", nameof(field));

    /// <summary>The document's id, held to what every store can keep: 1 to 512 characters, no NUL.</summary>
    public string IdOf(T document)
    {
        var id = Id(document);
        return id is { Length: >= 1 and <= IdMax } && !id.Contains('\0', StringComparison.Ordinal)
            ? id
            : throw new ArgumentException(
                $"{Name}: an id has 1 to {IdMax} characters and no NUL, not '{id}'", nameof(document));
    }
}

/// <summary>Kind of a field's values in JSON, by which they are compared.</summary>
public enum FieldKind
{
    /// <summary>Also dates, enums, and whatever is neither number nor boolean.</summary>
    Text,
    Number,
    Boolean,
}

/// <summary>Names and kinds of top-level JSON fields from property expressions.</summary>
internal static class Field
{
    internal static string Of<T, TValue>(Expression<Func<T, TValue>> property)
    {
        var member = Member(property);
        return member.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(member.Name);
    }

    internal static FieldKind KindOf<T, TValue>(Expression<Func<T, TValue>> property)
    {
        var type = Member(property).PropertyType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum
            ? FieldKind.Text
            : Type.GetTypeCode(type) switch
            {
                TypeCode.Boolean => FieldKind.Boolean,
                >= TypeCode.SByte and <= TypeCode.Decimal => FieldKind.Number,
                _ => FieldKind.Text,
            };
    }

    private static PropertyInfo Member<T, TValue>(Expression<Func<T, TValue>> property)
    {
        var body = property.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert
            ? convert.Operand
            : property.Body;
        return body is MemberExpression { Member: PropertyInfo member, Expression: ParameterExpression }
            ? member
            : throw new ArgumentException($"'{property}' is not a top-level property", nameof(property));
    }
}
