namespace Holdfast.Platform.State.Sqlite;

/// <summary>
/// The text index of one field: groups of three characters (FTS5, trigram), kept in four objects beside the table. Writes
/// only note the id as work to do (triggers); <see cref="SqliteIndexing"/> does it later, fifty at a time, for one by one
/// it would cost a write as much again. So what it finds, together with what is still to do, is never less than what
/// matches, and may be more: the condition itself is always checked too.
/// </summary>
internal sealed class SqliteText
{
    /// <summary>Shorter texts have no group of three.</summary>
    private const int GroupLength = 3;

    /// <summary>More groups than these hardly leave out anything further.</summary>
    private const int GroupsMax = 32;

    /// <summary>
    /// Merged with each step, of 4 KB: about what a step of fifty adds, on all levels. By itself FTS5 merges seldom and much
    /// at once, and whoever writes waits for that.
    /// </summary>
    private const int MergedPages = 16;

    private readonly string _table;
    private readonly string _field;
    private readonly string _value;

    internal SqliteText(string table, string field, string value) => (_table, _field, _value) = (table, field, value);

    internal string Field => _field;

    /// <summary>Ids whose text is to be read again, in the order in which they were written.</summary>
    private string Todo => $"\"{_table}~todo\"";

    /// <summary>Table of the texts that the index was given: it must be given the same text to forget a document.</summary>
    private string Known => $"\"{_table}~known\"";

    private string Found => $"\"{_table}~found\"";

    internal IReadOnlyList<string> Triggers => [.. Changes.Select(change => $"{_table}~{_field}~{change.Name}")];

    private static IReadOnlyList<(string Name, string When, string Id)> Changes =>
    [
        ("insert", "INSERT", "new.id"),
        ("update", "UPDATE OF doc", "new.id"),
        ("delete", "DELETE", "old.id"),
    ];

    /// <summary>Makes all of it anew; everything that is stored is work to do.</summary>
    internal void Create(SqliteSession session)
    {
        Drop(session, _table);
        session.Run($"""
            CREATE TABLE {Todo} (n INTEGER PRIMARY KEY, id TEXT NOT NULL);
            CREATE TABLE {Known} (n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, said TEXT NOT NULL);
            CREATE VIRTUAL TABLE {Found} USING fts5(said, content='', columnsize=0, detail=none, tokenize='trigram');
            INSERT INTO {Todo} (id) SELECT id FROM "{_table}";
            """);
        foreach (var (name, when, id) in Changes)
        {
            var only = name == "update" ? $"WHEN {Of("old")} IS NOT {Of("new")} " : "";
            session.Run($"""
                CREATE TRIGGER "{_table}~{_field}~{name}" AFTER {when} ON "{_table}" {only}
                BEGIN INSERT INTO {Todo} (id) VALUES ({id}); END
                """);
        }

        string Of(string row) => _value.Replace("(doc,", $"({row}.doc,", StringComparison.Ordinal);
    }

    /// <summary>For an index made by whoever left merging to FTS5, too.</summary>
    internal void Configure(SqliteSession session) => session.Run($"INSERT INTO {Found} ({Found}, rank) VALUES ('automerge', 0)");

    /// <summary>Removes what a text index of this table has left, whatever its field.</summary>
    internal static void Drop(SqliteSession session, string table)
    {
        var triggers = new List<string>();
        using (var rows = session.Read(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = @0 AND instr(name, @1) = 1", table, table + "~"))
        {
            while (rows.Read())
            {
                triggers.Add(rows.GetString(0));
            }
        }

        triggers.ForEach(trigger => session.Run($"DROP TRIGGER \"{trigger}\""));
        session.Run($"""
            DROP TABLE IF EXISTS "{table}~todo"; DROP TABLE IF EXISTS "{table}~known"; DROP TABLE IF EXISTS "{table}~found";
            """);
    }

    internal bool HasWork(SqliteSession session) => session.Scalar($"SELECT 1 FROM {Todo} LIMIT 1") is not null;

    /// <summary>Takes up to so many changes into the index; false: there is no more.</summary>
    internal bool TakeIn(SqliteSession session, int changes)
    {
        var last = session.Scalar($"SELECT max(n) FROM (SELECT n FROM {Todo} ORDER BY n LIMIT @0)", (long)changes) as long?;
        if (last is not { } until)
        {
            return false;
        }

        var ids = $"(SELECT id FROM {Todo} WHERE n <= @0)";
        session.Execute(
            $"INSERT INTO {Found} ({Found}, rowid, said) SELECT 'delete', n, said FROM {Known} WHERE id IN {ids}", until);
        session.Execute($"DELETE FROM {Known} WHERE id IN {ids}", until);
        session.Execute(
            $"INSERT INTO {Known} (id, said) SELECT id, replace({_value}, char(0), ' ') FROM \"{_table}\" "
            + $"WHERE id IN {ids} AND {SqliteTable.JsonType(_field)} = 'text'",
            until);
        session.Execute($"INSERT INTO {Found} (rowid, said) SELECT n, said FROM {Known} WHERE id IN {ids}", until);
        session.Execute($"DELETE FROM {Todo} WHERE n <= @0", until);
        session.Execute($"INSERT INTO {Found} ({Found}, rank) VALUES ('merge', @0)", (long)MergedPages);
        return true;
    }

    /// <summary>
    /// Tells whether the index leaves few enough documents. Then to look at each is quicker than to go through the table in the order
    /// asked for, where a text that many documents have is soon met often enough.
    /// </summary>
    /// <param name="groups">As <see cref="Groups"/> gives it.</param>
    /// <param name="max">Limit up to which they are few.</param>
    internal bool LeavesFew(SqliteSession session, string groups, long max) =>
        (long)session.Scalar(
            $"SELECT count(*) FROM (SELECT n FROM {Todo} UNION ALL SELECT rowid FROM {Found} WHERE {Found} MATCH @0 LIMIT @1)",
            groups, max + 1)! <= max;

    /// <summary>Ids of all documents that may match; some of them do not, some come twice.</summary>
    internal string Candidates(string groups) =>
        $"SELECT id FROM {Todo} UNION ALL SELECT k.id FROM {Found} f CROSS JOIN {Known} k ON k.n = f.rowid WHERE {Found} MATCH {groups}";

    /// <summary>The groups of three of a text that is looked for; null: the index cannot help.</summary>
    internal static string? Groups(object? text)
    {
        if (text is not string looked || looked.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var runes = looked.EnumerateRunes().ToArray();
        var groups = Enumerable.Range(0, Math.Max(0, runes.Length - GroupLength + 1))
            .Select(at => Quoted(runes.AsSpan(at, GroupLength))).Distinct(StringComparer.Ordinal).Take(GroupsMax).ToList();
        return groups.Count == 0 ? null : string.Join(' ', groups);
    }

    private static string Quoted(ReadOnlySpan<Rune> runes)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in runes)
        {
            text.Append(rune.Value == '"' ? "\"\"" : rune.ToString());
        }

        return text.Append('"').ToString();
    }
}
