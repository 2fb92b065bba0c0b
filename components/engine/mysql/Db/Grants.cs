using System.Text.RegularExpressions;

namespace Holdfast.Engine.MySql.Db;

/// <summary>
/// This reads what a user may do out of the lines of SHOW GRANTS (manual: "SHOW GRANTS Statement", "GRANT Statement", "Privilege
/// Restriction Using Partial Revokes").
/// </summary>
internal sealed partial class Grants
{
    private const string Everything = "ALL PRIVILEGES";
    private readonly List<(bool IsTaken, IReadOnlySet<string> Rights, string Database, string Table)> _lines = [];

    /// <summary>Lines that grant a role, or something else than a right on tables, are passed over.</summary>
    internal Grants(IEnumerable<string> lines)
    {
        foreach (var match in lines.Select(l => Line().Match(l)).Where(m => m.Success))
        {
            var rights = Split(match.Groups["rights"].Value).Select(r => r.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
            if (rights.Contains("ALL"))
            {
                rights.Add(Everything);
            }

            _lines.Add((match.Groups["verb"].Value == "REVOKE", rights,
                Plain(match.Groups["database"].Value), Plain(match.Groups["table"].Value)));
        }
    }

    /// <summary>Has a right on the whole server.</summary>
    internal bool Has(string right) =>
        _lines.Exists(l => l is { IsTaken: false, Database: "*" } && (l.Rights.Contains(right) || l.Rights.Contains(Everything)));

    /// <summary>Has a right on a table, or on all tables of its database, or of the server.</summary>
    internal bool Has(string right, string database, string table) => Named(false, right, database, table)
        // MySQL 8 takes a right on the whole server back for a database (partial_revokes); one that is given on the database holds.
        && (!Named(true, right, database, "") || _lines.Exists(l => l.Database != "*" && Gives(l, right, database, table)));

    private bool Named(bool isTaken, string right, string database, string table) =>
        _lines.Exists(l => l.IsTaken == isTaken && Means(l, right, database, table));

    private static bool Gives((bool IsTaken, IReadOnlySet<string>, string, string) line, string right, string database, string table) =>
        !line.IsTaken && Means(line, right, database, table);

    private static bool Means(
        (bool, IReadOnlySet<string> Rights, string Database, string Table) line, string right, string database, string table) =>
        (line.Rights.Contains(right) || line.Rights.Contains(Everything))
        && (line.Database == "*" || IsLike(line.Database, database) && (line.Table == "*" || line.Table == table));

    /// <summary>Names of databases are patterns here: <c>_</c> one letter, <c>%</c> any, a backslash before either means itself.</summary>
    private static bool IsLike(string pattern, string name) => Regex.IsMatch(
        name, $"^{PatternPart().Replace(pattern, p => p.Value switch
        {
            "_" => ".",
            "%" => ".*",
            @"\_" or @"\%" => p.Value[1..],
            var other => Regex.Escape(other),
        })}$", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));

    /// <summary>Rights on some columns only are none on the table.</summary>
    private static IEnumerable<string> Split(string rights) =>
        Part().Matches(rights).Select(m => m.Value.Trim()).Where(r => !r.Contains('(', StringComparison.Ordinal));

    private static string Plain(string name) =>
        name is ['`', .. var inner, '`'] ? inner.Replace("``", "`", StringComparison.Ordinal) : name;

    [GeneratedRegex(@"^(?<verb>GRANT|REVOKE) (?<rights>.+?) ON (?:TABLE )?"
        + @"(?<database>\*|`(?:[^`]|``)+`)\.(?<table>\*|`(?:[^`]|``)+`) (TO|FROM) ",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"[^,(]+(\([^)]*\))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();

    [GeneratedRegex(@"\\[_%]|[_%]|[^_%\\]+|\\", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PatternPart();
}
