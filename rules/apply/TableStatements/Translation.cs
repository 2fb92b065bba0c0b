using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;

namespace Holdfast.Rules.Apply.TableStatements;

/// <summary>Tells what another engine's statement did in no engine's language, with the sink's names.</summary>
/// <param name="engine">Kind of the source's engine.</param>
/// <param name="columns">Makes a column of a definition in the source's language; null: its type is not known.</param>
internal sealed class Translation(string engine, Func<ColumnDefinition, Column?> columns)
{
    /// <summary>One thing or several; the reason why it cannot be told, else.</summary>
    /// <param name="action">Of the source's statement, with the sink's names.</param>
    internal (IReadOnlyList<TableAction> Actions, string? WhyNot) Of(DdlAction action)
    {
        if ((action.WhyOwn ?? action.Columns.Select(c => c.WhyNot).FirstOrDefault(w => w is not null)
            ?? action.Keys.Select(k => k.WhyNot).FirstOrDefault(w => w is not null)) is { } why)
        {
            return ([], why);
        }

        var told = new TableAction(action.Kind, action.Table)
        {
            Name = action.Name, NewName = action.NewName, NewTable = action.NewTable,
            Defaults = action.Columns.Where(c => c.Default is not null).ToDictionary(c => c.Name, c => c.Default!, StringComparer.Ordinal),
        };
        return action.Kind switch
        {
            DdlKind.AddColumn or DdlKind.ModifyColumn => Column(told, action),
            DdlKind.CreateTable => Table(told, action),
            DdlKind.CreateIndex when action.Keys is [var key] =>
                ([told with { Key = key with { Name = Named(action.Table.Name, key) } }], null),
            DdlKind.DropIndex => ([told with { Name = Named(action.Table.Name, action.Name) }], null),
            DdlKind.RenameColumn or DdlKind.DropColumn or DdlKind.SetDefault or DdlKind.DropTable or DdlKind.TruncateTable
                or DdlKind.RenameTable => ([told], null),
            _ => ([], "its parts are not known"),
        };
    }

    private (IReadOnlyList<TableAction> Actions, string? WhyNot) Column(TableAction told, DdlAction action)
    {
        if (action.Columns is not [var definition])
        {
            return ([], "whether a column may be NULL is said without its type");
        }

        if (columns(definition) is not { } column)
        {
            return ([], $"the type {definition.Type} has no like elsewhere");
        }

        // In MySQL rows that are there get a zero or an empty text, which the statement does not say.
        if (action.Kind == DdlKind.AddColumn && engine == "mysql" && !column.IsNullable && definition.Default is null)
        {
            return ([], $"rows that are there get a value of {column.Name} that the statement does not say");
        }

        var own = told with { Column = column };
        return definition is { IsUnique: false, IsPrimary: false } ? ([own], null)
            : ([own, new TableAction(DdlKind.CreateIndex, action.Table)
            {
                Key = Index(action.Table.Name, new KeyDefinition("", [column.Name], IsUnique: true, definition.IsPrimary)),
            }], null);
    }

    private (IReadOnlyList<TableAction> Actions, string? WhyNot) Table(TableAction told, DdlAction action)
    {
        var made = action.Columns.Select(d => (Definition: d, Column: columns(d))).ToList();
        if (made.Find(m => m.Column is null) is { Definition: { } unknown })
        {
            return ([], $"the type {unknown.Type} has no like elsewhere");
        }

        var names = made.ConvertAll(m => m.Definition.Name);
        var keys = action.Columns.Where(c => c.IsPrimary || c.IsUnique)
            .Select(c => new KeyDefinition("", [c.Name], IsUnique: true, c.IsPrimary)).Concat(action.Keys).ToList();
        var primary = keys.Where(k => k.IsPrimary).SelectMany(k => k.Columns).ToHashSet(StringComparer.Ordinal);
        if (keys.SelectMany(k => k.Columns).FirstOrDefault(c => !names.Contains(c)) is { } missing)
        {
            return ([], $"a key names {missing}, which is no column of it");
        }

        var table = new TableSchema
        {
            Id = 0, Schema = action.Table.Schema, Name = action.Table.Name,
            Columns = [.. made.Select(m => primary.Contains(m.Definition.Name) ? m.Column! with { IsNullable = false } : m.Column!)],
            Keys = [.. keys.Where(k => k.IsUnique).OrderByDescending(k => k.IsPrimary).Select(k => new UniqueKey
            {
                Name = Index(action.Table.Name, k).Name, Columns = [.. k.Columns.Select(c => names.IndexOf(c))], IsPrimary = k.IsPrimary,
            })],
        };
        return ([told with { Created = table }, .. keys.Where(k => !k.IsUnique).Select(
            k => new TableAction(DdlKind.CreateIndex, action.Table) { Key = Index(action.Table.Name, k) })], null);
    }

    private KeyDefinition Index(string table, KeyDefinition key) => key with { Name = Named(table, key) };

    private string Named(string table, KeyDefinition key) => key.Name.Length > 0 ? Named(table, key.Name)
        : key.IsPrimary ? "PRIMARY" : $"{table}_{string.Join('_', key.Columns)}_{(key.IsUnique ? "key" : "idx")}";

    /// <summary>Names an index: in MySQL it has a name within its table, elsewhere within all of them.</summary>
    private string Named(string table, string name) => engine == "mysql" && name != "PRIMARY" ? $"{table}_{name}" : name;
}
