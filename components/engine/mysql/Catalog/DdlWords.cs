using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Catalog;

/// <summary>Changes of tables in MySQL's language, as a session reads it to which a backslash is a letter.</summary>
/// <param name="text">Knows the server's types.</param>
internal sealed class DdlWords(TableText text)
{
    /// <summary>Says one.</summary>
    internal DdlText Of(TableAction action, TableSchema? now)
    {
        var table = Sql.Name(action.Table.Schema, action.Table.Name);
        switch (action.Kind)
        {
            case DdlKind.AddColumn:
                return Column(action, out var why) is { } column
                    ? DdlText.Of($"ALTER TABLE {table} ADD COLUMN {column}") : DdlText.Not(why!);
            case DdlKind.ModifyColumn:
                return Modified(action, now);
            case DdlKind.RenameColumn:
                return DdlText.Of($"ALTER TABLE {table} RENAME COLUMN {Sql.Name(action.Name)} TO {Sql.Name(action.NewName)}");
            case DdlKind.DropColumn:
                return DdlText.Of($"ALTER TABLE {table} DROP COLUMN {Sql.Name(action.Name)}");
            case DdlKind.SetDefault when action.Defaults.TryGetValue(action.Name, out var literal):
                return DdlText.Of($"ALTER TABLE {table} ALTER COLUMN {Sql.Name(action.Name)} SET DEFAULT {Value(literal)}");
            case DdlKind.SetDefault:
                return DdlText.Of($"ALTER TABLE {table} ALTER COLUMN {Sql.Name(action.Name)} DROP DEFAULT");
            case DdlKind.CreateTable:
                return text.WhyNot(action.Created!) is [var fault, ..] ? DdlText.Not(fault.Message)
                    : DdlText.Of(text.Of(
                        action.Created!, c => action.Defaults.TryGetValue(c, out var value) ? $" DEFAULT {Value(value)}" : ""));
            case DdlKind.DropTable:
                return DdlText.Of($"DROP TABLE {table}");
            case DdlKind.TruncateTable:
                return DdlText.Of($"TRUNCATE TABLE {table}");
            case DdlKind.RenameTable:
                return DdlText.Of($"RENAME TABLE {table} TO {Sql.Name(action.NewTable.Schema, action.NewTable.Name)}");
            case DdlKind.CreateIndex when action.Key is { IsPrimary: true } key:
                return DdlText.Of($"ALTER TABLE {table} ADD PRIMARY KEY ({Sql.List(key.Columns, Sql.Name)})");
            case DdlKind.CreateIndex when action.Key is { } key:
                return DdlText.Of($"CREATE {(key.IsUnique ? "UNIQUE " : "")}INDEX {Sql.Name(key.Name)} ON {table}"
                    + $" ({Sql.List(key.Columns, Sql.Name)})");
            case DdlKind.DropIndex when action.Name != "PRIMARY":
                return DdlText.Of($"DROP INDEX {Sql.Name(action.Name)} ON {table}");
            default:
                return DdlText.Not($"MySQL has no like of it ({action.Kind})");
        }
    }

    private string? Column(TableAction action, out string? why)
    {
        var column = action.Column!;
        var literal = action.Defaults.GetValueOrDefault(column.Name);
        why = text.Type(column, isInKey: false) is null ? $"{column.Type} has no like here"
            : literal is not null && column.Kind is ValueKind.Bytes or ValueKind.Instant or ValueKind.Json
                ? $"the default of {column.Name} is written otherwise here" : null;
        return why is not null ? null : $"{Sql.Name(action.NewName)} {text.Type(column, isInKey: false)}"
            + $"{(column.IsNullable ? " NULL" : " NOT NULL")}{(literal is null ? "" : $" DEFAULT {Value(literal)}")}";
    }

    /// <summary>MODIFY says all of a column anew, also what is not known from here: its default, its comment. A person does it.</summary>
    private DdlText Modified(TableAction action, TableSchema? now)
    {
        var column = action.Column!;
        var was = now?.Columns.FirstOrDefault(c => c.Name == action.Name);
        return was is null || text.Type(column, isInKey: false) is not { } type ? DdlText.Not($"{column.Type} has no like here")
            : DefinedColumn.Of(new ColumnDefinition(column.Name, type.Split(" COLLATE")[0])) is { } like
                && was.Kind == like.Kind && (was.Type == like.Type || Widening.Is(like, was)) && (was.IsNullable || !column.IsNullable)
                ? DdlText.Of() : DdlText.Not($"MODIFY would have to say all of {action.Name}, also its default and comment");
    }

    private static string Value(Literal literal) => literal.Kind switch
    {
        LiteralKind.Number => literal.Text,
        LiteralKind.Bool => literal.Text == "TRUE" ? "1" : "0",
        _ => $"'{literal.Text.Replace("'", "''", StringComparison.Ordinal)}'",
    };
}
