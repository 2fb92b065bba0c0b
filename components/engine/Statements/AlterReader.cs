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
        // What follows a new name is said of the table by it.
        return null;
    }

    private static string? Action(Words words, TableName table, List<DdlAction> actions) => words.Peek().Value switch
    {
        _ when words.Peek().Kind != TokenKind.Word => words.Unknown,
        "ADD" => Add(words, table, actions),
        "DROP" => Drop(words, table, actions),
        "ALTER" => ColumnAlterReader.Read(words, table, actions),
        "CHANGE" => Change(words, table, actions),
        "MODIFY" => Modify(words, table, actions),
        "RENAME" => Rename(words, table, actions),
        _ when words.IsPostgres && ColumnAlterReader.IsImmaterial(words) => words.PassAction(),
        "ALGORITHM" or "LOCK" => words.PassModifiers(),
        var other => $"{other} is not known here",
    };

    private static string? Add(Words words, TableName table, List<DdlAction> actions)
    {
        words.Pass(1);
        var first = words.Peek();
        if (words.IsPostgres ? first.Kind == TokenKind.Word && first.Value is "UNIQUE" or "PRIMARY" or "CONSTRAINT" or "FOREIGN" or "CHECK"
            or "EXCLUDE"
            : first.Kind == TokenKind.Word && first.Value is "INDEX" or "KEY" or "UNIQUE" or "FULLTEXT" or "SPATIAL" or "PRIMARY"
            or "CONSTRAINT" or "FOREIGN" or "CHECK" or "PERIOD" or "SYSTEM" or "PARTITION")
        {
            return AddKey(words, table, actions);
        }

        var isSaid = words.Take("COLUMN");
        words.TakeIf("NOT");
        if (!words.IsSign("("))
        {
            return AddColumn(words, table, actions);
        }

        _ = isSaid;
        words.Pass(1);
        do
        {
            if (AddListed(words, table, actions) is { } why)
            {
                return why;
            }
        }
        while (words.Take(","));
        return words.Take(")") ? words.PassAction() : words.Unknown;
    }

    private static string? AddColumn(Words words, TableName table, List<DdlAction> actions)
    {
        if (words.Name() is not { } name)
        {
            return words.Unknown;
        }

        var from = words.Mark;
        var why = words.PassAction();
        actions.Add(new DdlAction(DdlKind.AddColumn, table, NewName: name) { Columns = [words.Column(name, from)] });
        return why;
    }

    /// <summary>One of several columns in parentheses; keys among them are not known here.</summary>
    private static string? AddListed(Words words, TableName table, List<DdlAction> actions)
    {
        if (words.Peek() is { Kind: TokenKind.Word, Value: "INDEX" or "KEY" or "UNIQUE" or "PRIMARY" or "CONSTRAINT" or "FOREIGN" or "CHECK"
            or "FULLTEXT" or "SPATIAL" } || words.Name() is not { } name)
        {
            return words.Unknown;
        }

        var from = words.Mark;
        while (!words.IsSign(",") && !words.IsSign(")"))
        {
            if (words.IsAtEnd || words.Peek().Is("REFERENCES"))
            {
                return words.Unknown;
            }

            if (!words.IsSign("("))
            {
                words.Pass(1);
            }
            else if (words.PassParentheses() is { } why)
            {
                return why;
            }
        }

        actions.Add(new DdlAction(DdlKind.AddColumn, table, NewName: name) { Columns = [words.Column(name, from)] });
        return null;
    }

    private static string? AddKey(Words words, TableName table, List<DdlAction> actions)
    {
        var name = "";
        if (words.Take("CONSTRAINT") && words.Peek() is { IsName: true } next
            && !(next.Kind == TokenKind.Word && next.Value is "PRIMARY" or "UNIQUE" or "FOREIGN" or "CHECK"))
        {
            name = words.Name()!;
        }

        var (isPrimary, isUnique, isSpecial) = (words.Take("PRIMARY"), false, false);
        if (isPrimary)
        {
            name = "PRIMARY";
            if (!words.Take("KEY"))
            {
                return words.Unknown;
            }
        }
        else
        {
            isUnique = words.Take("UNIQUE");
            isSpecial = words.Take("FULLTEXT") || words.Take("SPATIAL");
            if (!(words.Take("INDEX") || words.Take("KEY") || isUnique || isSpecial))
            {
                return $"it adds what is not known here: {words.Shown}";
            }

            words.TakeIf("NOT");
            name = words.IsSign("(") || words.Peek().Is("USING") ? name : words.Name() ?? name;
        }

        var from = words.Mark;
        var why = words.PassAction();
        actions.Add(new DdlAction(DdlKind.CreateIndex, table, name)
        {
            Keys = [words.Key(name, from, isUnique, isPrimary)], WhyOwn = isSpecial ? "it is an index of its own kind" : null,
        });
        return why;
    }

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
