namespace Holdfast.Engine.MySql.Groups;

/// <summary>A statement in the log, as far as it says what it does.</summary>
internal enum StatementKind
{
    Begin,
    Commit,
    Rollback,
    Savepoint,
    RollbackToSavepoint,
    XaStart,
    XaEnd,
    XaPrepare,
    XaCommit,
    XaRollback,

    /// <summary>Rows as a statement: they cannot be known from here.</summary>
    Rows,
    Truncate,

    /// <summary>A table is made, changed or dropped.</summary>
    Table,

    /// <summary>Nothing that a reader of rows has to know: users, views, routines, sessions.</summary>
    Other,
}

/// <summary>A statement's beginning, read word by word: its kind and the tables that it names. Details are the catalog's matter.</summary>
internal sealed record StatementText(StatementKind Kind, IReadOnlyList<(string Schema, string Table)> Tables, string Xid = "")
{
    internal static StatementText Of(string sql, string schema)
    {
        var words = new StatementWords(sql);
        var first = words.Next();
        return first switch
        {
            "BEGIN" => new(StatementKind.Begin, []),
            "START" => new(StatementKind.Begin, []),
            "COMMIT" => new(StatementKind.Commit, []),
            "ROLLBACK" => new(IsPartly(words) ? StatementKind.RollbackToSavepoint : StatementKind.Rollback, []),
            "SAVEPOINT" or "RELEASE" => new(StatementKind.Savepoint, []),
            "XA" => Xa(words),
            "INSERT" or "UPDATE" or "DELETE" or "REPLACE" or "LOAD" or "MERGE" => new(StatementKind.Rows, []),
            "TRUNCATE" => Truncate(words, schema),
            "CREATE" or "ALTER" or "DROP" or "RENAME" => Ddl(words, first, schema),
            _ => new(StatementKind.Other, []),
        };
    }

    /// <summary>ROLLBACK [WORK] TO …</summary>
    private static bool IsPartly(StatementWords words) => words.Next() switch
    {
        "TO" => true,
        "WORK" => words.Next() == "TO",
        _ => false,
    };

    private static StatementText Xa(StatementWords words)
    {
        var verb = words.Next();
        var name = words.Rest().Trim();
        var end = name.IndexOf(" ONE PHASE", StringComparison.OrdinalIgnoreCase);
        var xid = (end >= 0 ? name[..end] : name).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return verb switch
        {
            "START" or "BEGIN" => new(StatementKind.XaStart, [], xid),
            "END" => new(StatementKind.XaEnd, [], xid),
            "PREPARE" => new(StatementKind.XaPrepare, [], xid),
            "COMMIT" => new(StatementKind.XaCommit, [], xid),
            "ROLLBACK" => new(StatementKind.XaRollback, [], xid),
            _ => new(StatementKind.Other, []),
        };
    }

    private static StatementText Truncate(StatementWords words, string schema)
    {
        var name = words.Next();
        return new(StatementKind.Truncate, [Named(name == "TABLE" ? words.NextName() : words.LastName, words, schema)]);
    }

    private static StatementText Ddl(StatementWords words, string verb, string schema)
    {
        for (var word = words.Next(); ; word = words.Next())
        {
            switch (word)
            {
                case "OR" or "REPLACE" or "ONLINE" or "OFFLINE" or "IGNORE" or "UNIQUE" or "FULLTEXT" or "SPATIAL":
                    continue;
                case "TEMPORARY":
                    return new(StatementKind.Other, []);
                case "DATABASE" or "SCHEMA" when verb == "DROP":
                    // All of its tables go, and no statement says them one by one.
                    return new(StatementKind.Table, [.. Listed(words, verb, schema).Take(1).Select(t => (t.Item2, "*"))]);
                case "TABLE" or "TABLES":
                    return new(StatementKind.Table, Listed(words, verb, schema));
                case "INDEX":
                    while (words.Next() is not ("ON" or ""))
                    {
                    }

                    return new(StatementKind.Table, [Named(words.NextName(), words, schema)]);
                default:
                    return new(StatementKind.Other, []);
            }
        }
    }

    /// <summary>One name, or several of DROP and RENAME.</summary>
    private static List<(string, string)> Listed(StatementWords words, string verb, string schema)
    {
        var tables = new List<(string, string)>();
        while (true)
        {
            var word = words.NextName();
            while (!words.IsQuoted && word.ToUpperInvariant() is "IF" or "NOT" or "EXISTS" or "WAIT" or "NOWAIT")
            {
                word = words.NextName();
            }

            if (word.Length == 0)
            {
                return tables;
            }

            tables.Add(Named(word, words, schema));
            var then = words.Peek();
            if (verb is not ("DROP" or "RENAME") || then is not ("," or "TO"))
            {
                return tables;
            }

            words.Next();
        }
    }

    private static (string, string) Named(string first, StatementWords words, string schema)
    {
        if (words.Peek() != ".")
        {
            return (schema, first);
        }

        words.Next();
        return (first, words.NextName());
    }
}
