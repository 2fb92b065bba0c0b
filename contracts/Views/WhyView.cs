namespace Holdfast.Contracts.Views;

/// <summary>Explanation of an object's state: the act, or the one reason for not acting, and what would change that.</summary>
public sealed record WhyView
{
    /// <summary>A host, a registration's id, <c>task:t1</c> or <c>region:north</c>.</summary>
    public required string Object { get; init; }

    /// <summary>host, component, store, task or region; gone: it was decided about once and is not there any more.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// An act (<c>act</c>) or the code of the reason; HA-200: it stands well. Of several objects, the gravest. Of a host that is not
    /// registered, for its reports are refused: the code that they are refused with.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>One sentence with the figures in it.</summary>
    public required string Sentence { get; init; }

    /// <summary>Time since which that has been decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Earliest time at which waiting alone can change it; null: something else must happen.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>Steps that would change it.</summary>
    public string? Workaround { get; init; }

    /// <summary>The act that would follow if it were not held.</summary>
    public string? Plan { get; init; }

    /// <summary>The ticket that has it; an approval is given there.</summary>
    public string? Ticket { get; init; }

    /// <summary>The maintenance that holds it, by key.</summary>
    public string? Maintenance { get; init; }

    /// <summary>The values that it was decided from, by name.</summary>
    public IReadOnlyDictionary<string, string>? Inputs { get; init; }

    /// <summary>Of a task: each of its components. Of a region: what does not stand well, at most 100.</summary>
    public IReadOnlyList<WhyView>? Parts { get; init; }
}

/// <summary>A decision about an object, with its beginning and end.</summary>
public record DecisionView
{
    public required string Id { get; init; }

    /// <summary>A host, a registration's id, <c>region:north</c> (its brake) or <c>task:t1</c> (its alerts).</summary>
    public required string Object { get; init; }

    /// <summary>An act (<c>act</c>) or the code of the reason why nothing was done.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence with the figures in it.</summary>
    public required string Sentence { get; init; }

    /// <summary>Earliest time at which waiting alone can change it.</summary>
    public DateTimeOffset? Earliest { get; init; }

    public string? Workaround { get; init; }

    /// <summary>The act that would follow if it were not held.</summary>
    public string? Plan { get; init; }

    /// <summary>Ticket on which a person approves it.</summary>
    public string? Ticket { get; init; }

    /// <summary>The maintenance that holds it, by key.</summary>
    public string? Maintenance { get; init; }

    /// <summary>The values that it was decided from, by name.</summary>
    public IReadOnlyDictionary<string, string>? Inputs { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Time at which another decision took its place; null: it holds.</summary>
    public DateTimeOffset? Until { get; init; }
}
