namespace Holdfast.Contracts;

/// <summary>One field of a request that breaks a rule.</summary>
public sealed record FieldFault(string Field, object? Value, string Rule);

/// <summary>
/// An expected failure: a stable code (listed in docs/errors.md), the HTTP status, what is wrong in one sentence, and
/// what the reader can do. A value to return, not an exception.
/// </summary>
public sealed record Fault(string Code, int Status, string Title, string Detail, string Workaround)
{
    public IReadOnlyList<FieldFault> Fields { get; init; } = [];

    /// <summary>Time after which the same request may succeed; null: it is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A request with fields that break rules: 400, all of them at once.</summary>
    public static Fault Invalid(string code, string workaround, params IReadOnlyList<FieldFault> fields) =>
        new(code, 400, "The request is not valid",
            string.Join(" ", fields.Select(f => $"{f.Field}: '{f.Value ?? "missing"}' – {f.Rule}.")), workaround) { Fields = fields };

    /// <summary>404: nothing of this kind has that id.</summary>
    public static Fault NotFound(string code, string thing, string id, string workaround) =>
        new(code, 404, $"Unknown {thing}", $"There is no {thing} '{id}'.", workaround);
}

/// <summary>A value or the fault that stands in its way.</summary>
public readonly record struct Outcome<T>(T? Value, Fault? Fault)
{
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Fault fault) => new(default, fault);
}
