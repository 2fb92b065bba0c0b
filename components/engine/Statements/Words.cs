namespace Holdfast.Engine.Statements;

/// <summary>Goes over the pieces of a statement, and notes each name of a table that it meets.</summary>
internal sealed class Words(List<Token> tokens, string schema, string engine)
{
    private readonly List<(int Start, int Length)> _cuts = [];
    private readonly List<NamePlace> _names = [];
    private int _at;

    internal IReadOnlyList<NamePlace> Names => _names;

    internal IReadOnlyList<(int Start, int Length)> Cuts => _cuts;

    internal bool IsPostgres => engine == "postgres";

    internal bool IsMySql => engine == "mysql";

    /// <summary>Something was read that a copy need not know.</summary>
    internal bool HasImmaterial { get; set; }

    /// <summary>Index of the next piece among all.</summary>
    internal int Mark => _at;

    internal bool IsAtEnd => Peek().Kind == TokenKind.End;

    /// <summary>The reason why the statement is not understood: something else was to stand here.</summary>
    internal string Unknown => $"'{Shown}' was not to stand where it does";

    /// <summary>The piece that comes next, for people.</summary>
    internal string Shown => Peek() is { Kind: not TokenKind.End } token
        ? (token.Raw.Length > 0 ? token.Raw : token.Value) is var text && text.Length > 40 ? text[..40] + "…" : text : "the end";

    internal Token Peek(int further = 0) => tokens[Math.Min(_at + further, tokens.Count - 1)];

    internal void Pass(int count) => _at = Math.Min(_at + count, tokens.Count - 1);

    /// <summary>The next word in upper case; empty: something else comes.</summary>
    internal string Word()
    {
        if (Peek().Kind != TokenKind.Word)
        {
            return "";
        }

        var word = Peek().Value;
        Pass(1);
        return word;
    }

    internal bool IsSign(string sign) => Peek().IsSign(sign);

    /// <summary>Takes a word or a sign, when it comes.</summary>
    internal bool Take(string expected)
    {
        if (!Peek().Is(expected) && !Peek().IsSign(expected))
        {
            return false;
        }

        Pass(1);
        return true;
    }

    /// <summary>Takes a word that is left out where the statement is run.</summary>
    internal void Cut(string word)
    {
        if (Peek().Is(word))
        {
            _cuts.Add((Peek().Start, Peek().End - Peek().Start));
            Pass(1);
        }
    }

    /// <summary>The column whose definition stands between a mark and here.</summary>
    internal ColumnDefinition Column(string name, int from) => DefinitionReader.Column(name, tokens[from.._at], engine);

    /// <summary>A table whose columns stand between a mark and here.</summary>
    internal DdlAction Table(DdlAction action, int from) => TableDefinition.Read(action, tokens[from.._at], engine);

    /// <summary>A word stands between a mark and here.</summary>
    internal bool Has(string word, int from) => tokens[from.._at].Exists(t => t.Is(word));

    /// <summary>Index of a word behind a mark; -1: it is not there.</summary>
    internal int Find(string word, int from) => tokens.FindIndex(from, t => t.Is(word));

    /// <summary>A sign stands between a mark and here.</summary>
    internal bool HasSign(string sign, int from) => tokens[from.._at].Exists(t => t.IsSign(sign));

    /// <summary>The key whose columns stand between a mark and here.</summary>
    internal KeyDefinition Key(string name, int from, bool isUnique, bool isPrimary = false) =>
        DefinitionReader.Key(name, tokens[from.._at], engine, isUnique, isPrimary);

    /// <summary>IF EXISTS, or IF NOT EXISTS.</summary>
    internal void TakeIf(string between = "")
    {
        var last = between.Length > 0 ? 2 : 1;
        if (Peek().Is("IF") && (between.Length == 0 || Peek(1).Is(between)) && Peek(last).Is("EXISTS"))
        {
            Pass(last + 1);
        }
    }

    /// <summary>WAIT n, or NOWAIT.</summary>
    internal void TakeWait()
    {
        if (Take("WAIT"))
        {
            Pass(1);
        }
        else
        {
            Take("NOWAIT");
        }
    }

    /// <summary>A name; null: none comes.</summary>
    internal string? Name()
    {
        if (!Peek().IsName)
        {
            return null;
        }

        var name = Peek().Name;
        Pass(1);
        return name;
    }

    /// <summary>A table's name, with its schema or without; null: none comes.</summary>
    internal TableName? Table()
    {
        var start = Peek().Start;
        if (Name() is not { } first)
        {
            return null;
        }

        if (!IsSign("."))
        {
            return Noted(new TableName(schema, first), start);
        }

        Pass(1);
        // A third part would be another server's way to say a table.
        return Name() is { } second && !IsSign(".") ? Noted(new TableName(first, second), start) : null;
    }

    /// <summary>Passes from an opening parenthesis to the one that closes it; tables that foreign keys name are noted.</summary>
    /// <returns>The reason why it is not understood; null: it is.</returns>
    internal string? PassParentheses()
    {
        var depth = 0;
        do
        {
            if (IsAtEnd)
            {
                return "a parenthesis in it has no end";
            }

            if (Peek().Is("SELECT"))
            {
                return "it has a SELECT";
            }

            depth += IsSign("(") ? 1 : IsSign(")") ? -1 : 0;
            if (!Take("REFERENCES"))
            {
                Pass(1);
            }
            else if (Table() is null)
            {
                return Unknown;
            }
        }
        while (depth > 0);
        return null;
    }

    /// <summary>ALGORITHM and LOCK: how a server is to do it, not what.</summary>
    internal string? PassModifiers()
    {
        while (Peek().Is("ALGORITHM") || Peek().Is("LOCK"))
        {
            Pass(1);
            Take("=");
            Pass(1);
        }

        return null;
    }

    /// <summary>Passes to the comma that ends an action, or to the statement's end.</summary>
    /// <returns>The reason why it is not understood; null: it is.</returns>
    internal string? PassAction()
    {
        while (!IsAtEnd && !IsSign(";") && !IsSign(","))
        {
            if (Peek().Is("REFERENCES"))
            {
                return "it makes a foreign key";
            }

            if (IsSign(")"))
            {
                return Unknown;
            }

            if (!IsSign("("))
            {
                Pass(1);
            }
            else if (PassParentheses() is { } why)
            {
                return why;
            }
        }

        return null;
    }

    private TableName Noted(TableName name, int start)
    {
        var end = Peek(-1).End;
        _names.Add(new NamePlace(name, start, end - start));
        return name;
    }
}
