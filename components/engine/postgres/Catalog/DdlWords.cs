using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>Changes of tables in PostgreSQL's language.</summary>
internal static class DdlWords
{
    /// <summary>Says one.</summary>
    /// <param name="action">The action to write.</param>
    /// <param name="now">The table as it is.</param>
    /// <param name="here">For each of its columns the kind of the type that has this very name here; null: there is none.</param>
    internal static DdlText Of(TableAction action, TableSchema? now, IReadOnlyList<ValueKind?> here)
    {
        var table = Sql.Name(action.Table.Schema, action.Table.Name);
        switch (action.Kind)
        {
            case DdlKind.AddColumn:
                return Column(action, here) is { Type: { } type, WhyNot: null, Default: var value }
                    ? DdlText.Of($"ALTER TABLE {table} ADD COLUMN {Sql.Name(action.NewName)} {type}{value}"
                        + (action.Column!.IsNullable ? "" : " NOT NULL"))
                    : DdlText.Not(Column(action, here).WhyNot ?? $"{action.Column!.Type} has no like here");
            case DdlKind.ModifyColumn:
                return Modified(action, now, here, table);
            case DdlKind.RenameColumn:
                return DdlText.Of($"ALTER TABLE {table} RENAME COLUMN {Sql.Name(action.Name)} TO {Sql.Name(action.NewName)}");
            case DdlKind.DropColumn:
                return DdlText.Of($"ALTER TABLE {table} DROP COLUMN {Sql.Name(action.Name)}");
            case DdlKind.SetDefault when action.Defaults.TryGetValue(action.Name, out var literal):
                return DdlText.Of($"ALTER TABLE {table} ALTER COLUMN {Sql.Name(action.Name)} SET DEFAULT {Value(literal)}");
            case DdlKind.SetDefault:
                return DdlText.Of($"ALTER TABLE {table} ALTER COLUMN {Sql.Name(action.Name)} DROP DEFAULT");
            case DdlKind.CreateTable:
                return TableText.WhyNot(action.Created!, here) is [var fault, ..] ? DdlText.Not(fault.Message)
                    : DdlText.Of([.. TableText.Of(action.Created!, here), .. action.Defaults.Select(d =>
                        $"ALTER TABLE {table} ALTER COLUMN {Sql.Name(d.Key)} SET DEFAULT {Value(d.Value)}")]);
            case DdlKind.DropTable:
                return DdlText.Of($"DROP TABLE {table}");
            case DdlKind.TruncateTable:
                return DdlText.Of($"TRUNCATE TABLE {table}");
            case DdlKind.RenameTable when action.Table.Schema == action.NewTable.Schema:
                return DdlText.Of($"ALTER TABLE {table} RENAME TO {Sql.Name(action.NewTable.Name)}");
            case DdlKind.CreateIndex when action.Key is { IsPrimary: true } key:
                return DdlText.Of($"ALTER TABLE {table} ADD PRIMARY KEY ({Sql.List(key.Columns, Sql.Name)})");
            case DdlKind.CreateIndex when action.Key is { } key:
                return DdlText.Of($"CREATE {(key.IsUnique ? "UNIQUE " : "")}INDEX {Sql.Name(key.Name)} ON {table}"
                    + $" ({Sql.List(key.Columns, Sql.Name)})");
            case DdlKind.DropIndex when action.Name != "PRIMARY":
                return DdlText.Of($"DROP INDEX {Sql.Name(action.Table.Schema, action.Name)}");
            default:
                return DdlText.Not($"PostgreSQL has no like of it ({action.Kind})");
        }
    }

    private static (string? Type, string Default, string? WhyNot) Column(TableAction action, IReadOnlyList<ValueKind?> here)
    {
        var column = action.Column!;
        var literal = action.Defaults.GetValueOrDefault(column.Name);
        return (TableText.Type(column, here[0]), literal is null ? "" : $" DEFAULT {Value(literal)}",
            literal is not null && column.Kind is ValueKind.Bytes or ValueKind.Instant
                ? $"the default of {column.Name} is written otherwise here" : null);
    }

    private static DdlText Modified(TableAction action, TableSchema? now, IReadOnlyList<ValueKind?> here, string table)
    {
        var column = action.Column!;
        if (now?.Columns.FirstOrDefault(c => c.Name == action.Name) is not { } was || TableText.Type(column, here[0]) is not { } type)
        {
            return DdlText.Not($"{action.Name} is not there, or {column.Type} has no like here");
        }

        var name = Sql.Name(action.Name);
        var nullable = column.IsNullable && !was.IsNullable
            ? [$"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL"] : Array.Empty<string>();
        var plain = DefinedColumn.Of(new ColumnDefinition(column.Name, type));
        return plain is null ? DdlText.Not($"whether {type} holds all that {was.Type} does is not known")
            : plain.Type == was.Type ? DdlText.Of(nullable)
            : !Widening.Is(was, plain) ? DdlText.Not($"{type} does not hold all that {was.Type} does")
            : DdlText.Of([$"ALTER TABLE {table} ALTER COLUMN {name} TYPE {type}", .. nullable]);
    }

    /// <summary>A text becomes of the column's type, whatever it is.</summary>
    private static string Value(Literal literal) => Sql.Text(literal.Text);
}
