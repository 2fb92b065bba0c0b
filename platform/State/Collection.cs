using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace Holdfast.Platform.State;

/// <summary>
/// What a store must know of a collection: its name (<c>service.things</c>), the version of its schema, where the id is,
/// and which fields are asked for. Only indexed fields can be asked for or ordered by.
/// </summary>
public sealed record Collection<T>(string Name, int SchemaVersion, Func<T, string> Id) where T : class
{
    /// <summary>Each entry is one index: JSON field names in order.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Indexes { get; private init; } = [];

    /// <summary>This collection with one more index over these top-level properties, in order.</summary>
    public Collection<T> Index(params Expression<Func<T, object?>>[] fields) =>
        this with { Indexes = [.. Indexes, [.. fields.Select(Field.Of)]] };
}

/// <summary>Names of top-level JSON fields from property expressions.</summary>
internal static class Field
{
    internal static string Of<T, TValue>(Expression<Func<T, TValue>> property)
    {
        var body = property.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : property.Body;
        return body is MemberExpression { Member: PropertyInfo member, Expression: ParameterExpression }
            ? JsonNamingPolicy.CamelCase.ConvertName(member.Name)
            : throw new ArgumentException($"'{property}' is not a top-level property", nameof(property));
    }
}
