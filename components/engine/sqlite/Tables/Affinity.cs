namespace Holdfast.Engine.Sqlite.Tables;

/// <summary>Affinities: each names what SQLite makes of the values that a column is given.</summary>
internal enum Affinity
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Numbers become text.</summary>
    Text,

    /// <summary>Text that is a number becomes one.</summary>
    Numeric,

    /// <summary>Acts as <see cref="Numeric"/>; the two differ only in CAST.</summary>
    Integer,

    /// <summary>Acts as <see cref="Numeric"/>, and whole numbers become floating ones.</summary>
    Real,
}

/// <summary>SQLite's rules for the declared type of a column.</summary>
internal static class Affinities
{
    /// <summary>The affinity that a declared type gives.</summary>
    /// <param name="type">As declared; may be empty.</param>
    /// <param name="isStrict">The table is STRICT: ANY changes nothing there.</param>
    internal static Affinity Of(string type, bool isStrict) => type switch
    {
        _ when isStrict && type.Equals("ANY", StringComparison.OrdinalIgnoreCase) => Affinity.None,
        _ when Has(type, "INT") => Affinity.Integer,
        _ when Has(type, "CHAR") || Has(type, "CLOB") || Has(type, "TEXT") => Affinity.Text,
        _ when type.Length == 0 || Has(type, "BLOB") => Affinity.None,
        _ when Has(type, "REAL") || Has(type, "FLOA") || Has(type, "DOUB") => Affinity.Real,
        _ => Affinity.Numeric,
    };

    /// <summary>
    /// SQLite reads the text as a number: after spaces a sign, digits with a point and an exponent, then spaces, up to the first NUL.
    /// </summary>
    internal static bool LooksLikeNumber(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        text = (end < 0 ? text : text[..end]).Trim(" \t\n\v\f\r"u8);
        if (text.Length > 0 && text[0] is (byte)'+' or (byte)'-')
        {
            text = text[1..];
        }

        var digits = 0;
        var rest = text.TrimStart("0123456789"u8);
        digits += text.Length - rest.Length;
        if (rest.Length > 0 && rest[0] == (byte)'.')
        {
            text = rest[1..];
            rest = text.TrimStart("0123456789"u8);
            digits += text.Length - rest.Length;
        }

        if (digits == 0)
        {
            return false;
        }

        if (rest.Length > 1 && (rest[0] | 0x20) == 'e')
        {
            rest = rest[1..];
            rest = rest[0] is (byte)'+' or (byte)'-' ? rest[1..] : rest;
            return rest.Length > 0 && rest.TrimStart("0123456789"u8).IsEmpty;
        }

        return rest.IsEmpty;
    }

    private static bool Has(string type, string part) => type.Contains(part, StringComparison.OrdinalIgnoreCase);
}
