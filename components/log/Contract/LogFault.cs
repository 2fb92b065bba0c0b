using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Log.Contract;

/// <summary>The reason why a log cannot do something.</summary>
/// <param name="Code">Stable, in docs/errors.md.</param>
/// <param name="Message">One sentence about the event.</param>
/// <param name="Workaround">The help that a person can give.</param>
/// <param name="IsPassing">The same call may succeed later, without anybody's help.</param>
public sealed record LogFault(string Code, string Message, string Workaround, bool IsPassing = false)
{
    /// <summary>The range of the log, where a reader asked for something else.</summary>
    public LogRange? Range { get; init; }

    /// <summary>
    /// Positions that are in none of its files any more, although they are within the range: after the first, up to the second.
    /// </summary>
    public (Position After, Position Last)? Missing { get; init; }
}

/// <summary>Carries a <see cref="LogFault"/> to the caller.</summary>
public sealed class LogFaultException(LogFault fault) : Exception($"{fault.Code} {fault.Message}")
{
    /// <summary>The fault that it carries.</summary>
    public LogFault Fault { get; } = fault;
}

/// <summary>A value, or why there is none.</summary>
public readonly record struct Outcome<T>(T? Value, LogFault? Fault)
    where T : class
{
    /// <summary>There is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsDone => Value is not null;

    /// <summary>It is done.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>It is not.</summary>
    public static implicit operator Outcome<T>(LogFault fault) => new(null, fault);
}
