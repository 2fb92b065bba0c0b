namespace Holdfast.Engine.MySql.Groups;

/// <summary>Words, names in quotes and single signs; comments are passed over, but for those that servers execute.</summary>
internal sealed class StatementWords(string sql)
{
    private int _at;

    internal string LastName { get; private set; } = "";

    internal bool IsQuoted { get; private set; }

    internal string Rest() => sql[_at..];

    /// <summary>The next name in upper case.</summary>
    internal string Next() => NextName().ToUpperInvariant();

    internal string Peek()
    {
        var (at, last, quoted) = (_at, LastName, IsQuoted);
        var next = Next();
        (_at, LastName, IsQuoted) = (at, last, quoted);
        return next;
    }

    internal string NextName()
    {
        Skip();
        (LastName, IsQuoted) = ("", false);
        if (_at >= sql.Length)
        {
            return "";
        }

        if (sql[_at] is '`' or '"')
        {
            IsQuoted = true;
            return LastName = Quoted(sql[_at]);
        }

        var start = _at;
        while (_at < sql.Length && (char.IsLetterOrDigit(sql[_at]) || sql[_at] is '_' or '$' || sql[_at] > 127))
        {
            _at++;
        }

        _at = _at == start ? start + 1 : _at;
        return LastName = sql[start.._at];
    }

    private string Quoted(char quote)
    {
        var name = new StringBuilder();
        for (_at++; _at < sql.Length; _at++)
        {
            if (sql[_at] != quote)
            {
                name.Append(sql[_at]);
            }
            else if (_at + 1 < sql.Length && sql[_at + 1] == quote)
            {
                name.Append(sql[_at++]);
            }
            else
            {
                _at++;
                break;
            }
        }

        return name.ToString();
    }

    private void Skip()
    {
        while (_at < sql.Length)
        {
            if (char.IsWhiteSpace(sql[_at]))
            {
                _at++;
            }
            else if (Is("/*!") || Is("/*M!"))
            {
                // Its content counts; its number does not.
                _at += Is("/*!") ? 3 : 4;
                while (_at < sql.Length && char.IsAsciiDigit(sql[_at]))
                {
                    _at++;
                }
            }
            else if (Is("/*"))
            {
                var end = sql.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                _at = end < 0 ? sql.Length : end + 2;
            }
            else if (Is("*/"))
            {
                _at += 2;
            }
            else if (sql[_at] == '#' || Is("-- ") || Is("--\t") || Is("--\n"))
            {
                var end = sql.IndexOf('\n', _at);
                _at = end < 0 ? sql.Length : end + 1;
            }
            else
            {
                return;
            }
        }
    }

    private bool Is(string sign) => string.CompareOrdinal(sql, _at, sign, 0, sign.Length) == 0;
}
