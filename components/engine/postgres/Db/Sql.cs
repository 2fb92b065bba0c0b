namespace Holdfast.Engine.Postgres.Db;

/// <summary>Pieces of SQL.</summary>
internal static class Sql
{
    /// <summary>A name in quotes.</summary>
    internal static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A table in quotes.</summary>
    internal static string Name(string schema, string name) => $"{Name(schema)}.{Name(name)}";

    /// <summary>A text in quotes.</summary>
    internal static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    internal static string List<T>(IEnumerable<T> of, Func<T, string> each, string between = ", ") => string.Join(between, of.Select(each));
}
