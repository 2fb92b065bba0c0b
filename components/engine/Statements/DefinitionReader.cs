namespace Holdfast.Engine.Statements;

/// <summary>
/// Reads the definitions of columns and keys, for another engine's language. What is not known is kept as a reason, and does no harm where
/// the text itself is run.
/// </summary>
internal sealed class DefinitionReader(IReadOnlyList<Token> tokens, string engine)
{
    private static readonly string[] Attributes =
    [
        "NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "KEY", "AUTO_INCREMENT", "AUTOINCREMENT", "COMMENT", "COLLATE", "CHARACTER",
        "CHARSET", "CONSTRAINT", "GENERATED", "AS", "CHECK", "REFERENCES", "ON", "FIRST", "AFTER", "INVISIBLE", "VISIBLE", "USING",
    ];

    /// <summary>Texts that PostgreSQL reads as a moment: that of the statement.</summary>
    private static readonly string[] Moments = ["now", "today", "tomorrow", "yesterday"];

    private int _at;

    private Token Next => _at < tokens.Count ? tokens[_at] : new Token(TokenKind.End, "", "", 0, 0);

    /// <summary>A column: its type, and what follows.</summary>
    internal static ColumnDefinition Column(string name, IReadOnlyList<Token> tokens, string engine) =>
        new DefinitionReader(tokens, engine).Column(name);

    /// <summary>A key's columns: <c>(a, b)</c> and what follows.</summary>
    internal static KeyDefinition Key(string name, IReadOnlyList<Token> tokens, string engine, bool isUnique, bool isPrimary) =>
        new DefinitionReader(tokens, engine).Key(name, isUnique, isPrimary);

    private ColumnDefinition Column(string name)
    {
        var type = Type();
        var column = new ColumnDefinition(name, type);
        while (_at < tokens.Count && column.WhyNot is null)
        {
            column = Attribute(column);
        }

        return column;
    }

    private string Type()
    {
        var type = "";
        while (Next is { Kind: TokenKind.Word or TokenKind.QuotedName } word
            && (type.Length == 0 && word.Is("CHARACTER") || !(word.Kind == TokenKind.Word && Attributes.Contains(word.Value)))
            || Next.IsSign("(") && type.Length > 0)
        {
            if (Next.IsSign("("))
            {
                type += Brackets();
                continue;
            }

            type += (type.Length > 0 ? " " : "") + (Next.Kind == TokenKind.Word ? Next.Value.ToLowerInvariant() : Next.Value);
            _at++;
        }

        while (Next.IsSign("["))
        {
            type += "[]";
            for (; _at < tokens.Count && !Next.IsSign("]"); _at++)
            {
            }

            _at++;
        }

        return type;
    }

    /// <summary>Reads the text in brackets, with them: texts in single quotes.</summary>
    private string Brackets()
    {
        var (text, depth) = ("", 0);
        for (; _at < tokens.Count; _at++)
        {
            depth += Next.IsSign("(") ? 1 : Next.IsSign(")") ? -1 : 0;
            text += Next.Kind == TokenKind.Text ? $"'{Next.Value.Replace("'", "''", StringComparison.Ordinal)}'" : Next.Value;
            if (depth == 0)
            {
                _at++;
                break;
            }
        }

        return text;
    }

    private ColumnDefinition Attribute(ColumnDefinition column)
    {
        var word = Next.Kind == TokenKind.Word ? Next.Value : "";
        _at++;
        switch (word)
        {
            case "NOT" when Take("NULL"):
                return column with { IsNullable = false };
            case "NULL":
                return column;
            case "DEFAULT":
                return Default(column);
            case "PRIMARY" when Take("KEY"):
                _ = Take("ASC") || Take("DESC");
                return column with { IsPrimary = true, IsNullable = false };
            case "UNIQUE":
                Take("KEY");
                return column with { IsUnique = true };
            case "AUTO_INCREMENT" or "AUTOINCREMENT":
                return column with { HasComputedDefault = true };
            case "FIRST" or "VISIBLE":
                return column;
            case "COMMENT" or "AFTER" or "CONSTRAINT" or "COLLATE" or "CHARSET":
                _at++;
                return column;
            case "CHARACTER" when Take("SET"):
                _at++;
                return column;
            default:
                return column with { WhyNot = $"{(word.Length > 0 ? word : tokens[_at - 1].Value)} in the definition of {column.Name}" };
        }
    }

    private ColumnDefinition Default(ColumnDefinition column)
    {
        if (Value() is not { } value)
        {
            // To its end, which is not known: a default of several words is the last thing that is read.
            var computed = column with { HasComputedDefault = true };
            for (; _at < tokens.Count; _at++)
            {
                if (Next.IsSign("("))
                {
                    Brackets();
                    _at--;
                }
                else if (Next.Is("NOT") && _at + 1 < tokens.Count && tokens[_at + 1].Is("NULL"))
                {
                    computed = computed with { IsNullable = false };
                }
            }

            return computed with { WhyNot = $"the default of {column.Name}, which the server computes" };
        }

        return column with { Default = value.Kind == LiteralKind.Null ? null : value };
    }

    private Literal? Value()
    {
        var (start, sign) = (_at, "");
        if (Take("-"))
        {
            sign = "-";
        }
        else
        {
            Take("+");
        }

        var token = Next;
        Literal? value = null;
        _at++;
        if (token.Kind == TokenKind.Number)
        {
            var number = sign + token.Raw;
            if (Take("."))
            {
                number += "." + (Next.Kind == TokenKind.Number ? Next.Raw : "0");
                _at += Next.Kind == TokenKind.Number ? 1 : 0;
            }

            value = new Literal(LiteralKind.Number, number);
        }
        else if (sign.Length == 0 && token.Kind == TokenKind.Text && !(engine == "postgres" && IsMoment(token.Value)))
        {
            value = new Literal(LiteralKind.Text, token.Value);
        }
        else if (sign.Length == 0 && token.Kind == TokenKind.Word && token.Value is "NULL" or "TRUE" or "FALSE")
        {
            value = new Literal(token.Value == "NULL" ? LiteralKind.Null : LiteralKind.Bool, token.Value);
        }

        if (value is not null && engine == "postgres" && Take(":") && Take(":"))
        {
            Type();
        }

        // Behind a value stands an attribute or the end; else the value was a part of an expression.
        if (value is null || _at < tokens.Count && !(Next.Kind == TokenKind.Word && Attributes.Contains(Next.Value)))
        {
            _at = start;
            return null;
        }

        return value;
    }

    private KeyDefinition Key(string name, bool isUnique, bool isPrimary)
    {
        var columns = new List<string>();
        var method = Take("USING") ? Next.Value : "BTREE";
        _at += method == Next.Value ? 1 : 0;
        var why = method is not ("BTREE" or "HASH") ? $"it is an index of its own kind, {method}"
            : Take("(") ? null : "its columns do not stand in parentheses";
        while (why is null)
        {
            if (!Next.IsName)
            {
                why = "it is of an expression";
                break;
            }

            columns.Add(Next.Name);
            _at++;
            _ = Take("ASC") || Take("DESC");
            if (Take(")"))
            {
                break;
            }

            why = Take(",") ? null : "it is of an expression, or of a part of a column";
        }

        if (Take("USING"))
        {
            _at++;
        }

        if (Take("COMMENT"))
        {
            _at++;
        }

        why ??= _at < tokens.Count ? $"it has {Next.Value} behind its columns" : null;
        return new KeyDefinition(name, columns, isUnique || isPrimary, isPrimary) { WhyNot = why };
    }

    private static bool IsMoment(string text) => Moments.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase);

    private bool Take(string expected)
    {
        if (!Next.Is(expected) && !Next.IsSign(expected))
        {
            return false;
        }

        _at++;
        return true;
    }
}
