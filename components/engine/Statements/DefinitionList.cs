namespace Holdfast.Engine.Statements;

/// <summary>Cuts the definitions of columns apart.</summary>
public static class DefinitionList
{
    /// <summary>Each definition, as it is written.</summary>
    /// <param name="text">Definitions with commas between them.</param>
    /// <param name="dialect">The language in which it is written.</param>
    /// <returns>Null: it cannot be read.</returns>
    public static IReadOnlyList<(string Name, string Text)>? Of(string text, Dialect dialect)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (tokens, whyNot) = Tokens.Of(text, dialect);
        var found = new List<(string, string)>();
        var (depth, first) = (0, 0);
        for (var i = 0; whyNot is null && i < tokens.Count; i++)
        {
            depth += tokens[i].IsSign("(") ? 1 : tokens[i].IsSign(")") ? -1 : 0;
            if (tokens[i].Kind != TokenKind.End && !(depth == 0 && tokens[i].IsSign(",")))
            {
                continue;
            }

            if (i == first || !tokens[first].IsName || depth != 0)
            {
                return null;
            }

            found.Add((tokens[first].Name, text[tokens[first].Start..tokens[i - 1].End]));
            first = i + 1;
        }

        return whyNot is null ? found : null;
    }
}
