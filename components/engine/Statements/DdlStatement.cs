namespace Holdfast.Engine.Statements;

/// <summary>Kinds of changes of tables that a task applies or not, each by its own.</summary>
public enum DdlKind
{
    /// <summary>None of those below: nobody applies it unasked.</summary>
    Other,

    /// <summary>A column comes.</summary>
    AddColumn,

    /// <summary>A column gets another type, or may be NULL, or stands elsewhere.</summary>
    ModifyColumn,

    /// <summary>A column gets another name.</summary>
    RenameColumn,

    /// <summary>A column goes, and its values with it.</summary>
    DropColumn,

    /// <summary>The value that rows get which do not say one.</summary>
    SetDefault,

    /// <summary>A table comes.</summary>
    CreateTable,

    /// <summary>A table goes, and its rows with it.</summary>
    DropTable,

    /// <summary>All rows of a table go.</summary>
    TruncateTable,

    /// <summary>A table gets another name.</summary>
    RenameTable,

    /// <summary>An index or a key comes.</summary>
    CreateIndex,

    /// <summary>An index or a key goes.</summary>
    DropIndex,
}

/// <summary>A table's name in a statement.</summary>
/// <param name="Schema">Its database or schema; where the text says none, the one in which it was said.</param>
/// <param name="Name">Without quotes.</param>
public readonly record struct TableName(string Schema, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Schema}.{Name}";
}

/// <summary>The place of a table's name in a text, quotes and schema included.</summary>
/// <param name="Table">The name.</param>
/// <param name="Start">Of the first letter.</param>
/// <param name="Length">In letters.</param>
public sealed record NamePlace(TableName Table, int Start, int Length);

/// <summary>One thing that a statement does.</summary>
/// <param name="Kind">Kind of the action.</param>
/// <param name="Table">The table that is changed.</param>
/// <param name="Name">The column or index, as it was; empty: it says none.</param>
/// <param name="NewName">The column's name after it.</param>
/// <param name="NewTable">The table's name after it.</param>
public sealed record DdlAction(DdlKind Kind, TableName Table, string Name = "", string NewName = "", TableName NewTable = default)
{
    /// <summary>Its columns: one, when a column comes or gets another type; all, when a table comes; empty: the text says none.</summary>
    public IReadOnlyList<ColumnDefinition> Columns { get; init; } = [];

    /// <summary>Its keys: one, when an index comes; when a table comes, all but those that stand at a column.</summary>
    public IReadOnlyList<KeyDefinition> Keys { get; init; } = [];

    /// <summary>The reason why no other engine's language can express it, whatever its columns are; null: it can be translated.</summary>
    public string? WhyOwn { get; init; }
}

/// <summary>The actions of a statement on tables, as far as it is understood.</summary>
/// <param name="Actions">In its order.</param>
/// <param name="Names">Each table's name in the text, from left to right.</param>
/// <param name="WhyNot">The reason why it is not understood as a whole; null: it is.</param>
public sealed record DdlStatement(IReadOnlyList<DdlAction> Actions, IReadOnlyList<NamePlace> Names, string? WhyNot)
{
    /// <summary>Places of words that are left out where it is run within a transaction: how the source's server was to do it.</summary>
    public IReadOnlyList<(int Start, int Length)> Cuts { get; init; } = [];

    /// <summary>Each kind of what it does, once.</summary>
    public IReadOnlyList<DdlKind> Kinds => [.. Actions.Select(a => a.Kind).Distinct()];

    /// <summary>Each table that it changes, once, also by the name that it gives.</summary>
    public IReadOnlyList<TableName> Tables =>
        [.. Actions.SelectMany(a => a.Kind == DdlKind.RenameTable ? [a.Table, a.NewTable] : (TableName[])[a.Table]).Distinct()];

    /// <summary>The text with other names of tables.</summary>
    /// <param name="text">That was read.</param>
    /// <param name="name">Writes a name as it is to stand there.</param>
    public string Renamed(string text, Func<TableName, string> name)
    {
        var places = Names.Select(n => (n.Start, n.Length, Text: name(n.Table))).Concat(Cuts.Select(c => (c.Start, c.Length, Text: "")));
        foreach (var place in places.OrderByDescending(p => p.Start))
        {
            text = string.Concat(text.AsSpan(0, place.Start), place.Text, text.AsSpan(place.Start + place.Length));
        }

        return text;
    }
}
