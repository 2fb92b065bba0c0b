using System.Text.RegularExpressions;

namespace Holdfast.Engine.Kafka;

/// <summary>Sends tables to a topic of people's choosing.</summary>
public sealed record TopicRoute
{
    /// <summary>A regular expression that <c>schema.table</c> as a whole is to match.</summary>
    public required string Match { get; init; }

    /// <summary>A template, in which <c>$1</c> or <c>${word}</c> is what a group of the expression has matched.</summary>
    public required string Topic { get; init; }

    /// <summary>
    /// Keys carry their table's name, so that rows of two tables with the same key stay two, also when the topic is compacted.
    /// </summary>
    public bool HasUniqueKeys { get; init; } = true;

    /// <summary>The expression; matching takes no longer than the name is long.</summary>
    /// <exception cref="ArgumentException">It is none, or needs to go back (a look-around, a back-reference).</exception>
    /// <exception cref="NotSupportedException">As well.</exception>
    public Regex Expression() => new($"^(?:{Match})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
