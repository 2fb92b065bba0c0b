namespace Holdfast.Engine.Statements;

/// <summary>Reads ALTER COLUMN in ALTER TABLE, and the actions there that a copy need not know.</summary>
internal static class ColumnAlterReader
{
    internal static string? Read(Words words, TableName table, List<DdlAction> actions)
    {
        words.Pass(1);
        if (words.Peek() is { Kind: TokenKind.Word, Value: "INDEX" or "KEY" or "CONSTRAINT" or "CHECK" })
        {
            return $"it alters what is not known here: {words.Shown}";
        }

        words.Take("COLUMN");
        words.TakeIf();
        if (words.Name() is not { } name)
        {
            return words.Unknown;
        }

        var (first, second) = (words.Peek(), words.Peek(1));
        if ((first.Is("SET") || first.Is("DROP")) && second.Is("DEFAULT"))
        {
            var mark = words.Mark + 1;
            var whyNot = words.PassAction();
            var column = first.Is("DROP") ? new ColumnDefinition(name, "") : words.Column(name, mark);
            actions.Add(new DdlAction(DdlKind.SetDefault, table, name, name) { Columns = [column] });
            return whyNot;
        }

        if (words.IsPostgres && first.Is("SET") && second.Kind == TokenKind.Word
            && second.Value is "STATISTICS" or "STORAGE" or "COMPRESSION")
        {
            words.HasImmaterial = true;
            return words.PassAction();
        }

        if (first.Is("TYPE") || first.Is("SET") && (second.Is("DATA") || second.Is("NOT")) || first.Is("DROP") && second.Is("NOT"))
        {
            words.Pass(first.Is("TYPE") ? 1 : second.Is("DATA") ? 3 : 0);
            var from = words.Mark;
            var why = words.PassAction() ?? (words.Has("USING", from) && words.HasSign("(", words.Find("USING", from))
                ? "its rows get values that a function computes" : null);
            // Whether it may be NULL is said alone: its type stays, and is not known from here.
            actions.Add(new DdlAction(DdlKind.ModifyColumn, table, name, name)
            {
                Columns = from > 0 && !first.Is("DROP") && !second.Is("NOT") ? [words.Column(name, from)] : [],
            });
            return why;
        }

        return words.Unknown;
    }

    /// <summary>Recognises actions that a sink need not repeat: how the source's server stores the table, and who may use it.</summary>
    internal static bool IsImmaterial(Words words)
    {
        var (first, second) = (words.Peek(), words.Peek(1));
        var isOne = first.Is("OWNER") || first.Is("CLUSTER") || first.Is("REPLICA") && second.Is("IDENTITY")
            || first.Is("VALIDATE") && second.Is("CONSTRAINT")
            || (first.Is("SET") || first.Is("RESET")) && (second.IsSign("(") || second.Is("TABLESPACE") || second.Is("WITHOUT"))
            || (first.Is("ENABLE") || first.Is("DISABLE") || first.Is("FORCE") || first.Is("NO"))
                && second.Kind == TokenKind.Word && second.Value is "TRIGGER" or "RULE" or "ROW" or "FORCE" or "ALWAYS" or "REPLICA";
        words.HasImmaterial |= isOne;
        return isOne;
    }
}
