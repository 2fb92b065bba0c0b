namespace Holdfast.Engine.Statements;

/// <summary>Reads CREATE INDEX and DROP INDEX.</summary>
internal static class IndexReader
{
    internal static string? Create(Words words, List<DdlAction> actions)
    {
        var isUnique = words.Take("UNIQUE");
        var isSpecial = words.Take("FULLTEXT") || words.Take("SPATIAL");
        if (!words.Take("INDEX"))
        {
            return "it creates no table and no index";
        }

        if (words.IsPostgres)
        {
            words.Cut("CONCURRENTLY");
        }

        words.TakeIf("NOT");
        var name = words.IsPostgres && words.Peek().Is("ON") ? "" : words.Name();
        if (name is null || words.IsSign("."))
        {
            return words.Unknown;
        }

        if (words.Take("USING"))
        {
            words.Pass(1);
        }

        if (!words.Take("ON"))
        {
            return words.Unknown;
        }

        words.Take("ONLY");
        if (words.Table() is not { } table)
        {
            return words.Unknown;
        }

        var from = words.Mark;
        while (!words.IsAtEnd && !words.IsSign(";"))
        {
            words.Pass(1);
        }

        actions.Add(new DdlAction(DdlKind.CreateIndex, table, name)
        {
            Keys = [words.Key(name, from, isUnique)], WhyOwn = isSpecial ? "it is an index of its own kind" : null,
        });
        return null;
    }

    internal static string? Drop(Words words, List<DdlAction> actions, TableName? table)
    {
        if (words.IsPostgres)
        {
            words.Cut("CONCURRENTLY");
        }

        words.TakeIf();
        if (words.Name() is not { } name || words.IsSign("."))
        {
            return words.Unknown;
        }

        if (words.IsPostgres)
        {
            _ = words.Take("RESTRICT") || words.Take("CASCADE");
        }

        if (words.Take("ON"))
        {
            table = words.Table();
        }

        if (table is not { } of)
        {
            return "the index's table is not known";
        }

        actions.Add(new DdlAction(DdlKind.DropIndex, of, name));
        return words.PassModifiers();
    }
}
