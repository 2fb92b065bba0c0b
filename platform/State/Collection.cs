using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Platform.State;

/// <summary>
/// What a store must know of a collection: its name (<c>service.things</c>), the version of its schema, where the id
/// is, and which fields are asked for. Only indexed fields can be asked for or ordered by.
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

    /// <summary>
    /// This collection with one more index over these top-level properties, in order. A query is quick when one index
    /// has the fields it compares for equality first and the field of its order next; the id is at the end of each by
    /// itself.
    /// </summary>
    public Collection<T> Index(params Expression<Func<T, object?>>[] fields) =>
        this with { Indexes = [.. Indexes, [.. fields.Select(Field.Of)]] };

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

/// <summary>Names of top-level JSON fields from property expressions.</summary>
internal static class Field
{
    internal static string Of<T, TValue>(Expression<Func<T, TValue>> property)
    {
        var body = property.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert
            ? convert.Operand
            : property.Body;
        return body is MemberExpression { Member: PropertyInfo member, Expression: ParameterExpression }
            ? member.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.CamelCase.ConvertName(member.Name)
            : throw new ArgumentException($"'{property}' is not a top-level property", nameof(property));
    }
}
