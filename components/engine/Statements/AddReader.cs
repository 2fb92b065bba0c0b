namespace Holdfast.Engine.Statements;

/// <summary>Reads ADD of ALTER TABLE: columns, one or a list, and keys.</summary>
internal static class AddReader
{
    internal static string? Read(Words words, TableName table, List<DdlAction> actions)
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
}
