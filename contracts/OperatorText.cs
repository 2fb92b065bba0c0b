namespace Holdfast.Contracts;

/// <summary>
/// Bounds of the texts that come with an order: who gives it, why, and the command that is to run. All services keep the same, so that
/// what one of them takes no other refuses.
/// </summary>
public static class OperatorText
{
    /// <summary>Header with the person that a program speaks for.</summary>
    public const string UserHeader = "X-Holdfast-User";

    /// <summary>Characters of that person's name.</summary>
    public const int UserMax = 64;

    /// <summary>Characters of a reason, whatever it is for.</summary>
    public const int ReasonMax = 500;

    /// <summary>Characters of the name of the person to ask about a maintenance.</summary>
    public const int OwnerMax = 128;

    /// <summary>Strings of a command.</summary>
    public const int CommandMax = 256;

    /// <summary>Characters of each of them.</summary>
    public const int ArgumentMax = 4096;

    /// <summary>The sentence that <see cref="IsCommand"/> keeps.</summary>
    public static string CommandRule { get; } =
        $"must be an argument vector of 1 to {CommandMax} strings, the first not empty, none longer than {ArgumentMax}";

    /// <summary>Null: the name may be kept, or none was given.</summary>
    public static FieldFault? BadUser(string? user) => Bad(UserHeader, user, UserMax);

    /// <summary>Null: the reason may be kept, or none was given.</summary>
    public static FieldFault? BadReason(string? reason) => Bad("reason", reason, ReasonMax);

    public static bool IsCommand(IReadOnlyList<string>? command) =>
        command is { Count: >= 1 and <= CommandMax } && !string.IsNullOrEmpty(command[0])
        && command.All(a => a is { Length: <= ArgumentMax } && !a.Contains('\0', StringComparison.Ordinal));

    /// <summary>People can read all of it: nothing writes a line of its own, or turns the words around it.</summary>
    public static bool IsText(string text, int most) =>
        text.Length <= most && !string.IsNullOrWhiteSpace(text) && text.EnumerateRunes().All(IsPrintable);

    private static FieldFault? Bad(string field, string? text, int most) => text is null || IsText(text, most)
        ? null
        : new FieldFault(field, text, $"must be 1 to {most} printable characters");

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
