using System.Text.RegularExpressions;

namespace Holdfast.Engine.MySql.Db;

/// <summary>What a user may do, out of the lines of SHOW GRANTS (manual: "SHOW GRANTS Statement", "GRANT Statement").</summary>
internal sealed partial class Grants
{
    private const string Everything = "ALL PRIVILEGES";
    private readonly List<(IReadOnlySet<string> Rights, string Database, string Table)> _given = [];

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

            _given.Add((rights, Plain(match.Groups["database"].Value), Plain(match.Groups["table"].Value)));
        }
    }

    /// <summary>On the whole server.</summary>
    internal bool Has(string right) => Given("*", "*").Any(r => r.Contains(right) || r.Contains(Everything));

    /// <summary>On a table, or on all tables of its database, or of the server.</summary>
    internal bool Has(string right, string database, string table) =>
        Given(database, table).Any(r => r.Contains(right) || r.Contains(Everything));

    private IEnumerable<IReadOnlySet<string>> Given(string database, string table) => _given
        .Where(g => g.Database == "*" || database != "*" && IsLike(g.Database, database) && g.Table is var t && (t == "*" || t == table))
        .Select(g => g.Rights);

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

    [GeneratedRegex(@"^GRANT (?<rights>.+?) ON (?:TABLE )?(?<database>\*|`(?:[^`]|``)+`)\.(?<table>\*|`(?:[^`]|``)+`) TO ",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"[^,(]+(\([^)]*\))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();

    [GeneratedRegex(@"\\[_%]|[_%]|[^_%\\]+|\\", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PatternPart();
}
