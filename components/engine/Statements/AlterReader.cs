namespace Holdfast.Engine.Statements;

/// <summary>Reads the actions of ALTER TABLE, one after the other.</summary>
internal static class AlterReader
{
    internal static string? Read(Words words, List<DdlAction> actions)
    {
        words.TakeIf();
        words.Take("ONLY");
        if (words.Table() is not { } table)
        {
            return words.Unknown;
        }

        words.TakeWait();
        do
        {
            if (Action(words, table, actions) is { } why)
            {
                return why;
            }
        }
        while (words.Take(","));
        // All that follows a new name is said of the table by it.
        return null;
    }

    private static string? Action(Words words, TableName table, List<DdlAction> actions) => words.Peek().Value switch
    {
        _ when words.Peek().Kind != TokenKind.Word => words.Unknown,
        "ADD" => AddReader.Read(words, table, actions),
        "DROP" => Drop(words, table, actions),
        "ALTER" => ColumnAlterReader.Read(words, table, actions),
        "CHANGE" => Change(words, table, actions),
        "MODIFY" => Modify(words, table, actions),
        "RENAME" => Rename(words, table, actions),
        _ when words.IsPostgres && ColumnAlterReader.IsImmaterial(words) => words.PassAction(),
        "ALGORITHM" or "LOCK" => words.PassModifiers(),
        var other => $"{other} is not known here",
    };

    private static string? Drop(Words words, TableName table, List<DdlAction> actions)
    {
        words.Pass(1);
        if (words.Peek() is { Kind: TokenKind.Word, Value: "FOREIGN" or "CONSTRAINT" or "CHECK" or "PARTITION" or "PERIOD" or "SYSTEM" })
        {
            return $"it drops what is not known here: {words.Shown}";
        }

        if (words.Peek().Is("PRIMARY") && words.Peek(1).Is("KEY"))
        {
            words.Pass(2);
            actions.Add(new DdlAction(DdlKind.DropIndex, table, "PRIMARY"));
            return words.PassAction();
        }

        var kind = !words.IsPostgres && (words.Take("INDEX") || words.Take("KEY")) ? DdlKind.DropIndex : DdlKind.DropColumn;
        words.Take("COLUMN");
        words.TakeIf();
        if (words.Name() is not { } name)
        {
            return words.Unknown;
        }

        actions.Add(new DdlAction(kind, table, name));
        _ = words.Take("RESTRICT") || words.Take("CASCADE");
        return null;
    }

    private static string? Change(Words words, TableName table, List<DdlAction> actions)
    {
        words.Pass(1);
        words.Take("COLUMN");
        words.TakeIf();
        if (words.Name() is not { } was || words.Name() is not { } name)
        {
            return words.Unknown;
        }

        if (!string.Equals(was, name, StringComparison.Ordinal))
        {
            actions.Add(new DdlAction(DdlKind.RenameColumn, table, was, name));
        }

        return Defined(words, table, name, actions);
    }

    /// <summary>The column's whole definition follows.</summary>
    private static string? Defined(Words words, TableName table, string name, List<DdlAction> actions)
    {
        var from = words.Mark;
        var why = words.PassAction();
        actions.Add(new DdlAction(DdlKind.ModifyColumn, table, name, name) { Columns = [words.Column(name, from)] });
        return why;
    }

    private static string? Modify(Words words, TableName table, List<DdlAction> actions)
    {
        words.Pass(1);
        words.Take("COLUMN");
        words.TakeIf();
        if (words.Name() is not { } name)
        {
            return words.Unknown;
        }

        return Defined(words, table, name, actions);
    }

    private static string? Rename(Words words, TableName table, List<DdlAction> actions)
    {
        words.Pass(1);
        // Elsewhere than in MySQL a column is meant where the word is left out.
        var isColumn = words.Take("COLUMN") || !words.IsMySql && words.Peek(1).Is("TO") && words.Peek().IsName && !words.Peek().Is("TO");
        if (!isColumn && words.Peek() is { Kind: TokenKind.Word, Value: "INDEX" or "KEY" or "CONSTRAINT" })
        {
            return "it renames an index or a constraint";
        }

        if (isColumn)
        {
            words.TakeIf();
            if (words.Name() is not { } was || !words.Take("TO") || words.Name() is not { } name)
            {
                return words.Unknown;
            }

            actions.Add(new DdlAction(DdlKind.RenameColumn, table, was, name));
            return null;
        }

        _ = words.Take("TO") || words.Take("AS") || words.Take("=");
        if (words.Table() is not { } other)
        {
            return words.Unknown;
        }

        actions.Add(new DdlAction(DdlKind.RenameTable, table, NewTable: other));
        return null;
    }
}
