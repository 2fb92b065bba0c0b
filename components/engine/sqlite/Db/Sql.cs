namespace Holdfast.Engine.Sqlite.Db;

/// <summary>Names and texts in SQL.</summary>
internal static class Sql
{
    /// <summary>A name in quotes.</summary>
    internal static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text in quotes.</summary>
    internal static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Pieces, one for each item, with something between them.</summary>
    internal static string List<T>(IEnumerable<T> of, Func<T, string> piece, string between = ", ") =>
        string.Join(between, of.Select(piece));
}
