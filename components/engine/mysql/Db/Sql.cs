namespace Holdfast.Engine.MySql.Db;

/// <summary>Pieces of statements.</summary>
internal static class Sql
{
    /// <summary>Our own database: marks, progress, signs of life.</summary>
    internal const string Own = "holdfast";

    /// <summary>Databases of the server itself, and ours: nobody's rows.</summary>
    private static readonly string[] System = ["mysql", "information_schema", "performance_schema", "sys", Own];

    /// <summary>Its tables are nobody's.</summary>
    internal static bool IsSystem(string schema) => System.Contains(schema, StringComparer.OrdinalIgnoreCase);

    /// <summary>A name in quotes.</summary>
    internal static string Name(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    internal static string Name(string schema, string table) => $"{Name(schema)}.{Name(table)}";

    internal static string List<T>(IEnumerable<T> of, Func<T, string> text, string between = ", ") =>
        string.Join(between, of.Select(text));

    /// <summary>Text in quotes, for sessions in which a backslash is a letter.</summary>
    internal static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
