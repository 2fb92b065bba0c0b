using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Statements;

namespace Holdfast.Engine.Sqlite.Catalog;

/// <summary>Changes of tables in SQLite's language.</summary>
internal static class DdlWords
{
    /// <summary>A default is a value of the file as it stands: of these kinds it is the same as a row's.</summary>
    private static readonly ValueKind[] Plain = [ValueKind.Bool, ValueKind.Int64, ValueKind.Text, ValueKind.Float64, ValueKind.Enum];

    /// <summary>
    /// Rows of other kinds are not taken by any column here: of a day or of decimals it keeps a text, or a number that is near.
    /// </summary>
    private static readonly ValueKind[] Kept =
        [.. Plain, ValueKind.Float32, ValueKind.Bytes, ValueKind.Set, ValueKind.Json, ValueKind.Uuid];

    /// <summary>Says one.</summary>
    internal static DdlText Of(TableAction action, TableSchema? now)
    {
        var table = Sql.Name(action.Table.Name);
        switch (action.Kind)
        {
            case DdlKind.AddColumn when Unlike(action) is { } why:
                return DdlText.Not(why);
            case DdlKind.AddColumn:
                return DdlText.Of(
                    $"ALTER TABLE {table} ADD COLUMN {TableText.Definition(action.Column!, Default(action, action.Column!))}");
            case DdlKind.ModifyColumn:
                return Modified(action, now);
            case DdlKind.RenameColumn:
                return DdlText.Of($"ALTER TABLE {table} RENAME COLUMN {Sql.Name(action.Name)} TO {Sql.Name(action.NewName)}");
            case DdlKind.DropColumn:
                return DdlText.Of($"ALTER TABLE {table} DROP COLUMN {Sql.Name(action.Name)}");
            case DdlKind.CreateTable:
                return TableText.WhyNot(action.Created!) is [var fault, ..] ? DdlText.Not(fault.Message)
                    : action.Created!.Columns.FirstOrDefault(c => !Kept.Contains(c.Kind)) is { } unkept ? DdlText.Not(NotKept(unkept))
                    : action.Created!.Columns.Where(c => action.Defaults.ContainsKey(c.Name)).FirstOrDefault(c => !Plain.Contains(c.Kind))
                        is { } other ? DdlText.Not($"the default of {other.Name} is written otherwise here")
                    : DdlText.Of([.. TableText.Of(action.Created, c => Default(action, c))]);
            case DdlKind.DropTable:
                return DdlText.Of($"DROP TABLE {table}");
            case DdlKind.TruncateTable:
                return DdlText.Of($"DELETE FROM {table}");
            case DdlKind.RenameTable:
                return DdlText.Of($"ALTER TABLE {table} RENAME TO {Sql.Name(action.NewTable.Name)}");
            case DdlKind.CreateIndex when action.Key is { IsPrimary: false } key:
                return DdlText.Of($"CREATE {(key.IsUnique ? "UNIQUE " : "")}INDEX {Sql.Name(key.Name)} ON {table}"
                    + $" ({Sql.List(key.Columns, Sql.Name)})");
            case DdlKind.DropIndex when action.Name != "PRIMARY":
                return DdlText.Of($"DROP INDEX {Sql.Name(action.Name)}");
            default:
                return DdlText.Not($"SQLite has no like of it ({action.Kind})");
        }
    }

    private static string? Unlike(TableAction action)
    {
        var column = action.Column!;
        return !Kept.Contains(column.Kind) ? NotKept(column)
            : action.Defaults.ContainsKey(column.Name) && !Plain.Contains(column.Kind)
                ? $"the default of {column.Name} is written otherwise here" : null;
    }

    private static string NotKept(Column column) => $"no column here takes every {column.Type} of {column.Name}";

    /// <summary>A type is only a hint there: where it gives the same values, nothing need change.</summary>
    private static DdlText Modified(TableAction action, TableSchema? now) =>
        now?.Columns.FirstOrDefault(c => c.Name == action.Name) is { } was && Kept.Contains(action.Column!.Kind)
            && DefinedColumn.Of(new ColumnDefinition(was.Name, TableText.Type(action.Column)))!.Kind == was.Kind
            && (was.IsNullable || !action.Column.IsNullable)
            ? DdlText.Of() : DdlText.Not($"SQLite does not change the type of {action.Name}");

    private static string Default(TableAction action, Column column) => action.Defaults.GetValueOrDefault(column.Name) switch
    {
        null => "",
        { Kind: LiteralKind.Number, Text: var number } => $" DEFAULT {number}",
        { Kind: LiteralKind.Bool, Text: var value } => $" DEFAULT {(value == "TRUE" ? 1 : 0)}",
        { Text: var text } => $" DEFAULT '{text.Replace("'", "''", StringComparison.Ordinal)}'",
    };
}
