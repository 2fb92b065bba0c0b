using Holdfast.Rules.Apply.Faults;
using Holdfast.Rules.Apply.TableStatements;

namespace Holdfast.Data.Config;

/// <summary>Statements of the source that change tables, as a task takes them.</summary>
internal sealed record DdlConfig
{
    private const int ListMax = 1000;
    private const int StatementMax = 60_000;

    /// <summary>Kinds that are applied; null: all but those that destroy; empty: none.</summary>
    public IReadOnlyList<string>? Apply { get; init; }

    /// <summary>Answers to statements at which the task has stopped.</summary>
    public IReadOnlyList<DdlAnswerConfig> Answers { get; set; } = [];

    /// <summary>The first rule that is broken; null: none is.</summary>
    internal string? Broken(string field)
    {
        if ((Apply ?? []).FirstOrDefault(k => DdlKinds.Of(k) is null) is { } unknown)
        {
            return $"{field}.apply: '{unknown}' must be one of {string.Join(", ", DdlKinds.Names)}.";
        }

        if (Answers.Count > ListMax)
        {
            return $"{field}.answers: has {Answers.Count} entries, the most is {ListMax}.";
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var answer in Answers)
        {
            if (answer.Broken(field + ".answers") is { } broken)
            {
                return broken;
            }

            if (!seen.Add(answer.Ticket))
            {
                return $"{field}.answers: has two for ticket {answer.Ticket}.";
            }
        }

        return null;
    }

    /// <summary>The policy as the Incr-Sync takes it.</summary>
    internal DdlPolicy Policy() => new()
    {
        Apply = Apply is null ? DdlPolicy.Default.Apply : Apply.Select(k => DdlKinds.Of(k)!.Value).ToHashSet(),
        Answers = Answers.ToDictionary(a => a.Ticket, a => new DdlAnswer(DdlAnswerConfig.Choices[a.Answer], a.Statement),
            StringComparer.Ordinal),
    };

    /// <summary>An answer to one statement.</summary>
    internal sealed record DdlAnswerConfig
    {
        /// <summary>Choices as configurations write them.</summary>
        internal static readonly IReadOnlyDictionary<string, DdlChoice> Choices = new Dictionary<string, DdlChoice>(StringComparer.Ordinal)
        {
            ["apply"] = DdlChoice.Apply,
            ["done"] = DdlChoice.Done,
            ["skip"] = DdlChoice.Skip,
        };

        /// <summary>Ticket of the statement, as the task said it.</summary>
        public required string Ticket { get; init; }

        /// <summary><c>apply</c>, <c>done</c> or <c>skip</c>.</summary>
        public required string Answer { get; init; }

        /// <summary>The statement that is applied instead, with the sink's names.</summary>
        public string? Statement { get; init; }

        internal string? Broken(string field) =>
            Ticket.Length != RowName.TicketDigits || !Ticket.All(char.IsAsciiHexDigitLower)
                ? $"{field}.ticket: '{Ticket}' is no ticket of {RowName.TicketDigits} digits and letters a to f."
            : !Choices.ContainsKey(Answer) ? $"{field}.answer: '{Answer}' must be one of {string.Join(", ", Choices.Keys)}."
            : Statement is not null && Answer != "apply" ? $"{field}.statement: is allowed beside apply only."
            : Statement is { Length: 0 or > StatementMax } text
                ? $"{field}.statement: has {text.Length} characters; 1 to {StatementMax} are allowed."
            : null;
    }
}
