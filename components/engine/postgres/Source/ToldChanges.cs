using Holdfast.Engine.Statements;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// Tables as their rows were told last, and which of them a statement has changed since. A table whose rows have become others without a
/// statement is changed all the same: by somebody of whom no event trigger heard.
/// </summary>
internal sealed class ToldChanges
{
    private readonly Dictionary<uint, ToldRelation> _last = [];
    private readonly HashSet<TableName> _explained = [];

    /// <summary>A statement has changed these tables.</summary>
    internal void Explain(IEnumerable<TableName> tables) => _explained.UnionWith(tables);

    /// <summary>A table is told, before its next row.</summary>
    /// <returns>Null: it is as it was, or a statement says why not; else a change without a text.</returns>
    internal Ddl? Unexplained(ToldRelation told)
    {
        var name = new TableName(told.Schema, told.Name);
        var before = _last.GetValueOrDefault(told.Oid);
        _last[told.Oid] = told;
        var was = before is null ? name : new TableName(before.Schema, before.Name);
        // Both are asked: what has been explained is explained once.
        var isExplained = _explained.Remove(name) | _explained.Remove(was);
        if (before is null || isExplained || was == name && before.Columns.Select(Shape).SequenceEqual(told.Columns.Select(Shape)))
        {
            return null;
        }

        return new Ddl("", was == name ? name.ToString() : "")
        {
            Engine = "postgres", Schema = told.Schema, Tables = was == name ? [name.ToString()] : [was.ToString(), name.ToString()],
        };
    }

    private static (string Name, uint Type, int Modifier) Shape(ToldColumn column) => (column.Name, column.Type, column.Modifier);
}
