using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;

namespace Holdfast.Rules.Apply.TableStatements;

/// <summary>Compares the sink's tables with what a statement leaves behind.</summary>
internal static class DdlFit
{
    private static readonly DdlKind[] Seen =
        [DdlKind.AddColumn, DdlKind.DropColumn, DdlKind.RenameColumn, DdlKind.CreateTable, DdlKind.DropTable, DdlKind.RenameTable];

    /// <summary>
    /// The sink's tables show whether it was done: all that it does is seen there, and no name is used twice. A column that is dropped and
    /// made anew looks the same before and after, and so do two tables that change their names.
    /// </summary>
    internal static bool IsSeen(DdlStatement does) => does.WhyNot is null && does.Actions.All(a => Seen.Contains(a.Kind))
        && does.Actions.SelectMany(Names).ToList() is var names && names.Distinct().Count() == names.Count;

    private static IEnumerable<(TableName Table, string Column)> Names(DdlAction action) => action.Kind switch
    {
        DdlKind.RenameTable => [(action.Table, ""), (action.NewTable, "")],
        DdlKind.CreateTable or DdlKind.DropTable => [(action.Table, "")],
        _ => new[] { action.Name, action.NewName }.Where(n => n.Length > 0).Select(n => (action.Table, n.ToUpperInvariant())),
    };

    /// <summary>Says in which way the sink is not as the statement would leave it; null: it is, as far as that can be seen.</summary>
    /// <param name="does">With the sink's names.</param>
    /// <param name="tables">The sink's tables as they are now, null for one that is not there.</param>
    internal static string? WhyNot(DdlStatement does, IReadOnlyDictionary<TableName, TableSchema?> tables)
    {
        // From the last action back: what a later one changes again need not be so any more.
        var settled = new HashSet<(TableName Table, string Column)>();
        var names = does.Tables.ToDictionary(t => t, t => t);
        foreach (var action in does.Actions.Reverse())
        {
            var table = names[action.Table];
            var why = action.Kind switch
            {
                DdlKind.CreateTable => Stands(table, tables, settled, isWanted: true),
                DdlKind.DropTable => Stands(table, tables, settled, isWanted: false),
                DdlKind.RenameTable => Stands(names[action.NewTable], tables, settled, isWanted: true)
                    ?? Stands(table, tables, settled, isWanted: false),
                DdlKind.AddColumn or DdlKind.ModifyColumn or DdlKind.SetDefault =>
                    Has(table, action.NewName, tables, settled, isWanted: true),
                DdlKind.DropColumn => Has(table, action.Name, tables, settled, isWanted: false),
                DdlKind.RenameColumn => Has(table, action.NewName, tables, settled, isWanted: true)
                    ?? Has(table, action.Name, tables, settled, isWanted: false),
                _ => Stands(table, tables, [], isWanted: true),
            };
            if (why is not null)
            {
                return why;
            }

            if (action.Kind == DdlKind.RenameTable)
            {
                // Changes before this one were made under the name that it had.
                names[action.Table] = names[action.NewTable];
            }
        }

        return null;
    }

    private static string? Stands(TableName table, IReadOnlyDictionary<TableName, TableSchema?> tables,
        HashSet<(TableName, string)> settled, bool isWanted) =>
        !settled.Add((table, "")) || tables[table] is not null == isWanted ? null
        : isWanted ? $"the sink has no table {table}" : $"the sink still has a table {table}";

    private static string? Has(TableName table, string column, IReadOnlyDictionary<TableName, TableSchema?> tables,
        HashSet<(TableName, string)> settled, bool isWanted)
    {
        if (tables[table] is not { } found)
        {
            return $"the sink has no table {table}";
        }

        var isThere = found.Columns.Any(c => string.Equals(c.Name, column, StringComparison.OrdinalIgnoreCase));
        return !settled.Add((table, column.ToUpperInvariant())) || isThere == isWanted ? null
            : isWanted ? $"the sink's table {table} has no column {column}" : $"the sink's table {table} still has a column {column}";
    }
}
