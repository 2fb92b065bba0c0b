namespace Holdfast.Engine.Statements;

/// <summary>
/// Reads what a statement does to tables: the kind of each action, and the names of tables, columns and indexes. What it says of types
/// and values is the server's matter. A statement of which any part is not known here is said not to be understood.
/// </summary>
public static class DdlReader
{
    /// <summary>Reads a statement.</summary>
    /// <param name="sql">Its text.</param>
    /// <param name="schema">The schema of names that have none.</param>
    /// <param name="dialect">The language in which it is written.</param>
    /// <param name="table">Of an index that is named without its table, as SQLite does; null: not known.</param>
    public static DdlStatement Read(string sql, string schema, Dialect dialect, TableName? table = null)
    {
        ArgumentNullException.ThrowIfNull(sql);
        var (tokens, whyNot) = Tokens.Of(sql, dialect);
        if (whyNot is not null)
        {
            return new DdlStatement([], [], whyNot);
        }

        var words = new Words(tokens, schema, dialect.Engine);
        var actions = new List<DdlAction>();
        var why = Statement(words, actions, table, dialect);
        if (why is null)
        {
            words.Take(";");
            why = !words.IsAtEnd ? $"more follows behind it: {words.Shown}"
                : words.HasImmaterial && actions.Count > 0 ? "it also does what only the source's server has to know"
                : null;
        }

        return new DdlStatement(actions, words.Names,
            why ?? (actions.Count == 0 && !words.HasImmaterial ? "it does nothing that is known here" : null)) { Cuts = words.Cuts };
    }

    /// <summary>
    /// Says why a person may not have this text applied in place of a statement: it is not one change of a table. Null: it is one.
    /// </summary>
    /// <param name="sql">Its text.</param>
    /// <param name="dialect">The language in which it is written.</param>
    public static string? WhyNoOther(string sql, Dialect dialect)
    {
        ArgumentNullException.ThrowIfNull(sql);
        var (tokens, whyNot) = Tokens.Of(sql, dialect);
        if (whyNot is not null)
        {
            return whyNot;
        }

        var end = tokens.FindIndex(t => t.IsSign(";"));
        return end >= 0 && tokens[end + 1].Kind != TokenKind.End ? "it is more than one statement"
            : tokens[0].Kind == TokenKind.Word && tokens[0].Value is "ALTER" or "CREATE" or "DROP" or "RENAME" or "TRUNCATE" ? null
            : "it must begin with ALTER, CREATE, DROP, RENAME or TRUNCATE";
    }

    private static string? Statement(Words words, List<DdlAction> actions, TableName? table, Dialect dialect)
    {
        switch (words.Word())
        {
            case "CREATE":
                return words.Take("TABLE") ? CreateTable(words, actions, dialect) : IndexReader.Create(words, actions);
            case "ALTER":
                words.Take("ONLINE");
                return words.Take("TABLE") ? AlterReader.Read(words, actions) : "it alters no table";
            case "DROP":
                return words.Take("TABLE") || words.Take("TABLES") ? DropTables(words, actions)
                    : words.Take("INDEX") ? IndexReader.Drop(words, actions, table) : "it drops no table and no index";
            case "RENAME":
                return words.Take("TABLE") || words.Take("TABLES") ? RenameTables(words, actions) : "it renames no table";
            case "TRUNCATE":
                words.Take("TABLE");
                if (words.Table() is not { } emptied)
                {
                    return words.Unknown;
                }

                actions.Add(new DdlAction(DdlKind.TruncateTable, emptied));
                return null;
            default:
                return "it begins like no change of a table that is known here";
        }
    }

    private static string? CreateTable(Words words, List<DdlAction> actions, Dialect dialect)
    {
        words.TakeIf("NOT");
        if (words.Table() is not { } table)
        {
            return words.Unknown;
        }

        var action = new DdlAction(DdlKind.CreateTable, table);
        if (words.Take("LIKE"))
        {
            actions.Add(action with { WhyOwn = "its columns are those of another table" });
            return words.Table() is null ? words.Unknown : null;
        }

        if (words.IsSign("(") && words.Peek(1).Is("LIKE"))
        {
            actions.Add(action with { WhyOwn = "its columns are those of another table" });
            words.Pass(2);
            return words.Table() is null ? words.Unknown : words.Take(")") ? null : words.Unknown;
        }

        if (!words.IsSign("("))
        {
            return "its columns come from elsewhere";
        }

        // Behind the columns come the table's options.
        var from = words.Mark;
        var why = words.PassParentheses();
        action = why is null ? words.Table(action, from) : action;
        from = words.Mark;
        why ??= Options(words, dialect);
        actions.Add(words.Has("PARTITION", from) ? action with { WhyOwn = "it has partitions" } : action);
        return why;
    }

    private static string? Options(Words words, Dialect dialect)
    {
        for (; !words.IsAtEnd && !words.IsSign(";"); words.Pass(1))
        {
            var word = words.Peek();
            if (word.Is("SELECT") || word.Is("AS") || word.Is("UNION") || word.Is("DIRECTORY") || word.Is("CONNECTION")
                || word.Is("WITH") && dialect.Engine == "mysql" || word.Is("REPLACE") || word.Is("IGNORE") || word.Is("INHERITS"))
            {
                return $"it has {word.Value} behind its columns";
            }
        }

        return null;
    }

    private static string? DropTables(Words words, List<DdlAction> actions)
    {
        words.TakeIf();
        do
        {
            if (words.Table() is not { } table)
            {
                return words.Unknown;
            }

            actions.Add(new DdlAction(DdlKind.DropTable, table));
        }
        while (words.Take(","));
        words.TakeWait();
        _ = words.Take("RESTRICT") || words.Take("CASCADE");
        return null;
    }

    private static string? RenameTables(Words words, List<DdlAction> actions)
    {
        words.TakeIf();
        do
        {
            if (words.Table() is not { } table)
            {
                return words.Unknown;
            }

            words.TakeWait();
            if (!words.Take("TO") || words.Table() is not { } other)
            {
                return words.Unknown;
            }

            actions.Add(new DdlAction(DdlKind.RenameTable, table, NewTable: other));
        }
        while (words.Take(","));
        return null;
    }
}
