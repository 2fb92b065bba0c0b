namespace Holdfast.Engine.Statements;

/// <summary>Reads the columns and keys of CREATE TABLE, between its parentheses.</summary>
internal static class TableDefinition
{
    /// <summary>Adds what it says to an action.</summary>
    /// <param name="action">That makes the table.</param>
    /// <param name="tokens">From the opening parenthesis to the closing one.</param>
    /// <param name="engine">The engine in whose language it is.</param>
    internal static DdlAction Read(DdlAction action, IReadOnlyList<Token> tokens, string engine)
    {
        var columns = new List<ColumnDefinition>();
        var keys = new List<KeyDefinition>();
        string? why = null;
        var (depth, first) = (0, 1);
        for (var i = 1; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSign("(") ? 1 : tokens[i].IsSign(")") ? -1 : 0;
            if (depth >= 0 && !(depth == 0 && tokens[i].IsSign(",")))
            {
                continue;
            }

            IReadOnlyList<Token> item = [.. tokens.Skip(first).Take(i - first)];
            first = i + 1;
            why ??= Item(item, engine, columns, keys);
        }

        return action with { Columns = columns, Keys = keys, WhyOwn = why };
    }

    private static string? Item(
        IReadOnlyList<Token> item, string engine, List<ColumnDefinition> columns, List<KeyDefinition> keys)
    {
        if (item.Count == 0)
        {
            return "a definition in it is empty";
        }

        var (at, name) = (0, "");
        if (item[0].Is("CONSTRAINT") && item.Count > 1)
        {
            var isNamed = !(item[1].Is("PRIMARY") || item[1].Is("UNIQUE"));
            (at, name) = isNamed ? (2, item[1].Name) : (1, "");
        }

        var word = at < item.Count && item[at].Kind == TokenKind.Word ? item[at].Value : "";
        var isIndex = engine == "mysql" && word is "KEY" or "INDEX";
        switch (word)
        {
            case "PRIMARY":
                keys.Add(DefinitionReader.Key("", [.. item.Skip(at + 2)], engine, isUnique: true, isPrimary: true));
                return null;
            case "UNIQUE" or "KEY" or "INDEX" when word == "UNIQUE" || isIndex:
                at += word == "UNIQUE" && at + 1 < item.Count && (item[at + 1].Is("KEY") || item[at + 1].Is("INDEX")) ? 2 : 1;
                if (at < item.Count && item[at].IsName && !item[at].Is("USING"))
                {
                    name = item[at++].Name;
                }

                keys.Add(DefinitionReader.Key(name, [.. item.Skip(at)], engine, isUnique: word == "UNIQUE", isPrimary: false));
                return null;
            case "CHECK" or "FOREIGN" or "EXCLUDE" or "LIKE" or "FULLTEXT" or "SPATIAL" or "PERIOD" when at > 0 || engine != "sqlite"
                || word is "CHECK" or "FOREIGN":
                return $"it has {word} among its columns";
            default:
                if (at > 0 || !item[0].IsName)
                {
                    return $"it has {item[0].Value} among its columns";
                }

                columns.Add(DefinitionReader.Column(item[0].Name, [.. item.Skip(1)], engine));
                return null;
        }
    }
}
