namespace Holdfast.Engine.Statements;

/// <summary>The shape of a table at one moment.</summary>
/// <param name="Text">All that the server says of it, but for its name and its counters; null: there is no such table.</param>
/// <param name="Columns">Names of its columns.</param>
public sealed record TableLook(string? Text, IReadOnlyList<string> Columns)
{
    /// <summary>There is no such table.</summary>
    public static readonly TableLook None = new(null, []);
}

/// <summary>The state of a statement: done, not done, or not known.</summary>
public enum DdlState
{
    /// <summary>All tables are as they were before it.</summary>
    NotDone,

    /// <summary>All tables are as it leaves them.</summary>
    Done,

    /// <summary>They are neither: nobody may go on.</summary>
    Unknown,
}

/// <summary>
/// Tells whether a statement has taken effect, from the shape of tables before it and now. That is needed on servers whose DDL is part of
/// no transaction, after a process was killed while it ran a statement.
/// </summary>
public static class DdlForecast
{
    /// <summary>
    /// The look of the tables will say whether it was done. Two equal tables that change their names say nothing.
    /// </summary>
    /// <param name="does">Its actions.</param>
    /// <param name="before">Each of its tables.</param>
    public static bool IsTelling(DdlStatement does, IReadOnlyDictionary<TableName, TableLook> before)
    {
        if (does.WhyNot is not null || does.Actions.All(IsRepeatable))
        {
            return true;
        }

        var after = Expected(does, before);
        return does.Tables.Any(t => !Fits(after[t], before[t], before[t]));
    }

    /// <summary>Judges.</summary>
    /// <param name="does">Its actions.</param>
    /// <param name="before">Each of its tables, before it was begun.</param>
    /// <param name="now">Each of them now, while nobody runs it.</param>
    public static DdlState Judge(
        DdlStatement does, IReadOnlyDictionary<TableName, TableLook> before, IReadOnlyDictionary<TableName, TableLook> now)
    {
        if (does.WhyNot is not null || does.Tables.Any(t => !before.ContainsKey(t) || !now.ContainsKey(t)))
        {
            return DdlState.Unknown;
        }

        if (does.Tables.All(t => before[t].Text == now[t].Text))
        {
            return DdlState.NotDone;
        }

        var after = Expected(does, before);
        return does.Tables.All(t => Fits(after[t], before[t], now[t])) ? DdlState.Done : DdlState.Unknown;
    }

    /// <summary>The action may be repeated: to do it twice is to do it once.</summary>
    private static bool IsRepeatable(DdlAction action) =>
        action.Kind is DdlKind.TruncateTable or DdlKind.ModifyColumn or DdlKind.SetDefault;

    private static Dictionary<TableName, Expectation> Expected(
        DdlStatement does, IReadOnlyDictionary<TableName, TableLook> before)
    {
        var tables = does.Tables.ToDictionary(t => t, t => new Expectation(before[t].Text, [.. before[t].Columns], IsChanged: false));
        foreach (var action in does.Actions)
        {
            var table = tables[action.Table];
            switch (action.Kind)
            {
                case DdlKind.RenameTable:
                    tables[action.NewTable] = table;
                    tables[action.Table] = Expectation.None;
                    break;
                case DdlKind.DropTable:
                    tables[action.Table] = Expectation.None;
                    break;
                case DdlKind.CreateTable:
                    tables[action.Table] = new Expectation("", null, IsChanged: true);
                    break;
                case DdlKind.TruncateTable:
                    break;
                default:
                    tables[action.Table] = Changed(table, action);
                    break;
            }
        }

        return tables;
    }

    private static Expectation Changed(Expectation table, DdlAction action)
    {
        var columns = table.Columns?.Where(c => !IsSame(c, action.Name) && !IsSame(c, action.NewName)).ToList();
        if (action.Kind is DdlKind.CreateIndex or DdlKind.DropIndex)
        {
            columns = table.Columns?.ToList();
        }
        else if (action.NewName.Length > 0)
        {
            columns?.Add(action.NewName);
        }

        return table with { Columns = columns, IsChanged = true };
    }

    private static bool Fits(Expectation expected, TableLook before, TableLook now)
    {
        if (expected.Text is null || now.Text is null)
        {
            return expected.Text is null && now.Text is null;
        }

        var hasColumns = expected.Columns is null || expected.Columns.Count == now.Columns.Count
            && expected.Columns.All(c => now.Columns.Any(n => IsSame(c, n)));
        return hasColumns && (expected.IsChanged ? now.Text != before.Text : now.Text == expected.Text);
    }

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <param name="Text">Null: no table; else as it was, where it is not changed.</param>
    /// <param name="Columns">Null: any.</param>
    /// <param name="IsChanged">The text is another one than before.</param>
    private sealed record Expectation(string? Text, List<string>? Columns, bool IsChanged)
    {
        internal static readonly Expectation None = new(null, [], IsChanged: false);
    }
}
