using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Holdfast.Rules.Apply.Faults;

/// <summary>Names a statement of the source for people: the place at which it stands, and the text.</summary>
/// <param name="Position">Of its transaction.</param>
/// <param name="Statement">As the source ran it; empty: the source only notices that a table is another one.</param>
/// <param name="Table">The table, where one is known; empty: none is, or several are.</param>
public sealed partial record DdlName(Position Position, string Statement, string Table)
{
    private const int ShownMax = 1000;

    /// <summary>Count of the statements that came before it in its transaction.</summary>
    public int Number { get; init; }

    /// <summary>A person gives it to answer this statement at this place, and no other: 16 hexadecimal digits.</summary>
    public string Ticket => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', "ddl", Position, Table, Statement) + (Number > 0 ? $"\n{Number}" : ""))))[..RowName.TicketDigits];

    /// <summary>The statement without the address of another server, which may hold a password.</summary>
    internal string Plain => Address().Replace(Statement, "${word}'***'");

    /// <summary>The statement in one line; a long one is cut, and says so.</summary>
    internal string Shown
    {
        get
        {
            var line = string.Concat(Plain.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
            return line.Length == 0 ? $"a change of {Table}"
                : line.Length <= ShownMax ? line
                : string.Create(CultureInfo.InvariantCulture, $"{line[..ShownMax]}… ({line.Length} characters)");
        }
    }

    [GeneratedRegex("""(?<word>\bCONNECTION\s*=?\s*)('([^'\\]|\\.|'')*('|$)|"([^"\\]|\\.|"")*("|$))""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Address();
}

/// <summary>A statement at which a task has stopped, or that it has passed.</summary>
/// <param name="Ticket">Names it.</param>
/// <param name="Position">Of its transaction.</param>
/// <param name="Statement">As the source ran it, whole, without another server's address.</param>
/// <param name="Why">The reason why the task stops there, or the decision about it.</param>
public sealed record DdlNote(string Ticket, Position Position, string Statement, string Why);
