using System.Linq.Expressions;

namespace Holdfast.Platform.State;

/// <summary>
/// Comparison of a field with a value. A field that is null or missing equals null, differs from every value, and is neither less nor
/// greater than anything. In an order it comes first ascending and last descending. Texts compare by their characters' numbers,
/// whatever the language. Two cases are left to the store: texts with a NUL, and the order of texts whose first 128 characters are the
/// same.
/// </summary>
public enum Match
{
    Equal,

    /// <summary>Also where the field is null and the value is not.</summary>
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary>The value is a list; the field equals one of its elements. An empty list matches nothing.</summary>
    In,

    /// <summary>The text is somewhere in a string field; upper and lower case of a to z are the same.</summary>
    Contains,
}

/// <summary>One condition; the value is as JSON would have it: string, long, double, bool or null.</summary>
public sealed record Condition(string Field, Match Match, object? Value);

/// <summary>
/// Conditions that must all hold, one order, a limit and a cursor. A value: each step returns a new one.
/// </summary>
public sealed record DocumentQuery<T> where T : class
{
    /// <summary>All documents, by id, at most 100.</summary>
    public static DocumentQuery<T> All { get; } = new();

    public IReadOnlyList<Condition> Conditions { get; private init; } = [];

    /// <summary>Only documents whose id begins so; null: any.</summary>
    public string? IdPrefix { get; private init; }

    /// <summary>The first text after all that begin with <see cref="IdPrefix"/>.</summary>
    public string? IdEnd => IdPrefix is [.. var head, var last] ? head + (char)(last + 1) : null;

    /// <summary>
    /// Field to order by; null: by id. Documents with the same value follow by id in the same direction.
    /// </summary>
    public string? OrderField { get; private init; }

    public bool Descending { get; private init; }
    public int Limit { get; private init; } = 100;

    /// <summary>End of the last page, as that page gave it; anything else is a <see cref="BadCursorException"/>.</summary>
    public string? Cursor { get; private init; }

    /// <summary>Enums, dates, strings, numbers and booleans are compared as they are stored.</summary>
    public DocumentQuery<T> Where<TValue>(Expression<Func<T, TValue>> field, Match match, object? value) =>
        this with
        {
            Conditions = [.. Conditions, new Condition(State.Field.Of(field), match, StateJson.Comparable(value))],
        };

    /// <summary>Looked up by the ids themselves, without any index: for prefixes that few have.</summary>
    /// <param name="prefix">Characters of ASCII below <c>~</c>, one at least.</param>
    public DocumentQuery<T> WithIdPrefix(string prefix) => prefix.Length > 0 && prefix.All(c => c is > ' ' and < '~')
        ? this with { IdPrefix = prefix }
        : throw new ArgumentException($"'{prefix}' is no prefix: characters of ASCII below ~, one at least", nameof(prefix));

    public DocumentQuery<T> OrderBy<TValue>(Expression<Func<T, TValue>> field, bool descending = false) =>
        this with { OrderField = State.Field.Of(field), Descending = descending };

    /// <summary>1 to 100,000 documents.</summary>
    public DocumentQuery<T> Take(int limit) =>
        limit is >= 1 and <= 100_000
            ? this with { Limit = limit }
            : throw new ArgumentOutOfRangeException(nameof(limit), limit, "1 to 100,000");

    public DocumentQuery<T> After(string? cursor) => this with { Cursor = cursor };
}
