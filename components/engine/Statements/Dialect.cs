namespace Holdfast.Engine.Statements;

/// <summary>The ways in which engines write statements differently, as far as a reader of them must know.</summary>
/// <param name="Engine">Its kind.</param>
/// <param name="HasBackticks">A name may stand in backticks.</param>
/// <param name="HasBackslashes">A backslash in text in quotes takes the next letter's meaning.</param>
/// <param name="QuotesNames">Text in double quotes is a name, else it is text.</param>
/// <param name="HasHashes">A hash begins a comment to the end of its line.</param>
/// <param name="HasBrackets">A name may stand in square brackets.</param>
public sealed record Dialect(string Engine, bool HasBackticks, bool HasBackslashes, bool QuotesNames, bool HasHashes, bool HasBrackets)
{
    private const ulong AnsiQuotes = 4;
    private const ulong NoBackslashEscapes = 1 << 20;

    /// <summary>SQLite's.</summary>
    public static readonly Dialect Sqlite = new("sqlite", true, false, true, false, true);

    /// <summary>PostgreSQL's, without its texts between dollars, which are not understood.</summary>
    public static readonly Dialect Postgres = new("postgres", false, false, true, false, false);

    /// <summary>A name without quotes is in small letters, however it is written.</summary>
    public bool FoldsNames => Engine == "postgres";

    /// <summary>MySQL's and MariaDB's, of a session with these modes.</summary>
    /// <param name="modes">The bits of its sql_mode.</param>
    public static Dialect MySql(ulong modes) =>
        new("mysql", true, (modes & NoBackslashEscapes) == 0, (modes & AnsiQuotes) != 0, true, false);

    /// <summary>The dialect of an engine; null: its language is not known here.</summary>
    /// <param name="engine">Its kind.</param>
    /// <param name="modes">Of the session, where it has some.</param>
    public static Dialect? Of(string engine, ulong modes) => engine switch
    {
        "mysql" => MySql(modes),
        "sqlite" => Sqlite,
        "postgres" => Postgres,
        _ => null,
    };
}
