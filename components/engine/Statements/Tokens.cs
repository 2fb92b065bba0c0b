namespace Holdfast.Engine.Statements;

/// <summary>Kinds of the pieces of a statement.</summary>
internal enum TokenKind
{
    End,
    Word,
    QuotedName,
    Text,
    Number,
    Sign,
}

/// <summary>A piece of a statement.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Value">A word in upper case, a name or a text without its quotes, a sign.</param>
/// <param name="Raw">A word as it is written.</param>
/// <param name="Start">Of its first letter.</param>
/// <param name="End">Behind its last letter.</param>
internal readonly record struct Token(TokenKind Kind, string Value, string Raw, int Start, int End)
{
    internal bool Is(string word) => Kind == TokenKind.Word && Value == word;

    internal bool IsSign(string sign) => Kind == TokenKind.Sign && Value == sign;

    internal bool IsName => Kind is TokenKind.Word or TokenKind.QuotedName;

    internal string Name => Kind == TokenKind.QuotedName ? Value : Raw;
}

/// <summary>
/// Cuts a statement into words, names in quotes, texts, numbers and signs. Comments are passed over. A comment that a server executes
/// when its version is high enough is not: who knows the version, of the source then and of the sink now?
/// </summary>
internal sealed class Tokens
{
    private const int CountMax = 100_000;
    private readonly string _sql;
    private readonly Dialect _dialect;
    private int _at;

    private Tokens(string sql, Dialect dialect) => (_sql, _dialect) = (sql, dialect);

    /// <summary>All of them, an end last; or why it cannot be cut.</summary>
    internal static (List<Token> Tokens, string? WhyNot) Of(string sql, Dialect dialect)
    {
        var tokens = new Tokens(sql, dialect);
        var found = new List<Token>();
        if (sql.Contains('\uFFFD', StringComparison.Ordinal) || sql.Contains('\0', StringComparison.Ordinal))
        {
            return (found, "it has letters that are no UTF-8, or a zero");
        }

        while (found.Count < CountMax)
        {
            if (tokens.Skip() is { } why)
            {
                return (found, why);
            }

            var (token, whyNot) = tokens.Next();
            if (whyNot is not null)
            {
                return (found, whyNot);
            }

            found.Add(token);
            if (token.Kind == TokenKind.End)
            {
                return (found, null);
            }
        }

        return (found, $"it has more than {CountMax} words and signs");
    }

    private (Token Token, string? WhyNot) Next()
    {
        var start = _at;
        if (_at >= _sql.Length)
        {
            return (new Token(TokenKind.End, "", "", start, start), null);
        }

        var c = _sql[_at];
        var close = c switch
        {
            '`' when _dialect.HasBackticks => '`',
            '[' when _dialect.HasBrackets => ']',
            '\'' or '"' => c,
            _ => '\0',
        };
        if (close != '\0')
        {
            var isName = c is '`' or '[' || c == '"' && _dialect.QuotesNames;
            return Quoted(close, isName) is { } text
                ? (new Token(isName ? TokenKind.QuotedName : TokenKind.Text, text, text, start, _at), null)
                : (default, "a quote in it has no end");
        }

        if (c == '$' && !_dialect.HasBackticks)
        {
            return (default, "it has a text between dollars");
        }

        if (!IsLetter(c))
        {
            _at++;
            return (new Token(TokenKind.Sign, c.ToString(), "", start, _at), null);
        }

        while (_at < _sql.Length && IsLetter(_sql[_at]))
        {
            _at++;
        }

        var raw = _sql[start.._at];
        if (_dialect.Engine == "postgres" && _at < _sql.Length
            && (raw is "e" or "E" && _sql[_at] == '\'' || raw is "u" or "U" && (Is("&'") || Is("&\""))))
        {
            return (default, "it has a text with escapes");
        }

        var kind = raw.All(char.IsAsciiDigit) ? TokenKind.Number : TokenKind.Word;
        return (new Token(kind, raw.ToUpperInvariant(), _dialect.FoldsNames ? Folded(raw) : raw, start, _at), null);
    }

    /// <summary>Folds a name as the server does it in UTF-8: other letters than these stay as they are.</summary>
    private static string Folded(string raw) => string.Create(raw.Length, raw, (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = char.IsAsciiLetterUpper(from[i]) ? char.ToLowerInvariant(from[i]) : from[i];
        }
    });

    private static bool IsLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c > 127 && !char.IsWhiteSpace(c);

    private string? Quoted(char close, bool isName)
    {
        var text = new StringBuilder();
        for (_at++; _at < _sql.Length; _at++)
        {
            var c = _sql[_at];
            if (c == '\\' && !isName && _dialect.HasBackslashes)
            {
                if (++_at < _sql.Length)
                {
                    text.Append(_sql[_at]);
                }
            }
            else if (c != close)
            {
                text.Append(c);
            }
            else if (close != ']' && _at + 1 < _sql.Length && _sql[_at + 1] == close)
            {
                text.Append(_sql[_at++]);
            }
            else
            {
                _at++;
                return text.ToString();
            }
        }

        return null;
    }

    /// <summary>Blanks and comments.</summary>
    /// <returns>The reason why the rest cannot be read; null: it can.</returns>
    private string? Skip()
    {
        while (_at < _sql.Length)
        {
            if (char.IsWhiteSpace(_sql[_at]))
            {
                _at++;
            }
            else if (Is("/*!") || Is("/*M!"))
            {
                return "a part of it counts for some versions of a server only (/*! … */)";
            }
            else if (Is("/*"))
            {
                var end = _sql.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    return "a comment in it has no end";
                }

                if (_sql.AsSpan(_at + 2, end - _at - 2).Contains("/*", StringComparison.Ordinal))
                {
                    return "a comment in it holds the beginning of another one, which servers read differently";
                }

                _at = end + 2;
            }
            else if (_sql[_at] == '#' && _dialect.HasHashes || Is("--") && (!_dialect.HasHashes || IsDashComment()))
            {
                var end = _sql.IndexOf('\n', _at);
                _at = end < 0 ? _sql.Length : end + 1;
            }
            else
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>MySQL wants a blank behind the dashes: a minus and a negative number are none.</summary>
    private bool IsDashComment() => _at + 2 >= _sql.Length || char.IsWhiteSpace(_sql[_at + 2]) || char.IsControl(_sql[_at + 2]);

    private bool Is(string sign) => string.CompareOrdinal(_sql, _at, sign, 0, sign.Length) == 0;
}
