namespace Holdfast.Engine.Sqlite.Capture;

/// <summary>
/// The parts of a CREATE INDEX that SQLite's catalog does not list: the text of each column or expression, and the condition of a partial
/// index.
/// </summary>
/// <param name="Terms">In the order of the index, without COLLATE, ASC and DESC.</param>
/// <param name="Condition">After WHERE; null: it covers all rows.</param>
internal sealed record IndexText(IReadOnlyList<string> Terms, string? Condition)
{
    private static readonly string[] Orders = [" ASC", " DESC"];

    /// <summary>Takes a statement apart as SQLite keeps it: its text is known to be right.</summary>
    internal static IndexText Parse(string sql)
    {
        var (terms, depth, start, condition) = (new List<string>(), 0, -1, (string?)null);
        for (var at = 0; at < sql.Length; at = Next(sql, at))
        {
            switch (sql[at])
            {
                case '(' when depth++ == 0 && start < 0:
                    start = at + 1;
                    break;
                case ',' when depth == 1:
                    terms.Add(Bare(sql[start..at]));
                    start = at + 1;
                    break;
                case ')' when --depth == 0 && condition is null:
                    terms.Add(Bare(sql[start..at]));
                    condition = sql[(at + 1)..];
                    break;
            }
        }

        var where = condition?.IndexOf("WHERE", StringComparison.OrdinalIgnoreCase) ?? -1;
        return new IndexText(terms, where < 0 ? null : condition![(where + "WHERE".Length)..].Trim());
    }

    /// <summary>Index of the next thing: a quoted text, a comment and a character are one thing each.</summary>
    private static int Next(string sql, int at)
    {
        var end = sql[at] switch
        {
            '\'' or '"' or '`' => sql.IndexOf(sql[at], at + 1),
            '[' => sql.IndexOf(']', at + 1),
            '-' when At(sql, at + 1, '-') => sql.IndexOf('\n', at),
            '/' when At(sql, at + 1, '*') => sql.IndexOf("*/", at + 2, StringComparison.Ordinal),
            _ => at,
        };
        return end < 0 ? sql.Length : end + 1;
    }

    private static bool At(string sql, int at, char letter) => at < sql.Length && sql[at] == letter;

    private static string Bare(string term)
    {
        term = term.Trim();
        foreach (var order in Orders)
        {
            term = term.EndsWith(order, StringComparison.OrdinalIgnoreCase) ? term[..^order.Length].TrimEnd() : term;
        }

        var collate = term.LastIndexOf(" COLLATE ", StringComparison.OrdinalIgnoreCase);
        return collate >= 0 && term[collate..].All(c => c is not (')' or '\'')) ? term[..collate].TrimEnd() : term;
    }
}
