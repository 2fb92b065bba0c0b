namespace Holdfast.Apply.Tests.Model;

/// <summary>The tables of the models: each way in which a table can be hard.</summary>
internal static class World
{
    /// <summary>One key. The sink has a column more.</summary>
    internal static readonly TableSchema Account = Table(1, "account", ["id", "name", "amount"], [0], []);

    /// <summary>Three unique keys, one over two columns; both may be null.</summary>
    internal static readonly TableSchema Person = Table(2, "person", ["id", "mail", "room", "seat", "note"], [0], [[1], [2, 3]]);

    /// <summary>No key; equal rows.</summary>
    internal static readonly TableSchema Entry = Table(3, "entry", ["what", "count"], null, []);

    /// <summary>Children refer to parents.</summary>
    internal static readonly TableSchema Parent = Table(4, "parent", ["id", "name"], [0], []);

    internal static readonly TableSchema Child = Table(5, "child", ["id", "parent", "name"], [0], []);

    /// <summary>A key of text, in whatever case.</summary>
    internal static readonly TableSchema Word = Table(6, "word", ["text", "count"], [0], []);

    internal static readonly IReadOnlyList<TableSchema> All = [Account, Person, Entry, Parent, Child, Word];

    /// <summary>Every kind of statement, and truncates.</summary>
    internal static readonly DdlPolicy AllDdl = new() { Apply = DdlPolicy.All.ToHashSet() };

    internal static readonly Mapping Mapping = new() { ForeignKeys = [["main.child", "main.parent"]] };

    internal static readonly TableSchema AccountAtSink =
        Account with { Columns = [new Column { Name = "own", Kind = ValueKind.Int64 }, .. Account.Columns], Keys = [Key(0, [1], true)] };

    internal static TableSchema AtSink(TableSchema source) => source == Account ? AccountAtSink : source;

    internal static readonly IReadOnlyDictionary<uint, TableMap> Maps =
        All.ToDictionary(t => t.Id, t => TableMapper.Map(t, AtSink(t), Mapping).Map!);

    internal static TableSchema Table(uint id, string name, string[] columns, int[]? primary, int[][] others) => new()
    {
        Id = id,
        Schema = "main",
        Name = name,
        Columns = [.. columns.Select((c, i) => new Column
        {
            Name = c,
            Kind = c is "name" or "mail" or "text" or "what" or "note" ? ValueKind.Text : ValueKind.Int64,
            IsNullable = primary?.Contains(i) != true,
        })],
        Keys = [.. primary is null ? [] : new[] { Key(0, primary, true) }, .. others.Select((k, i) => Key(i + 1, k, false))],
    };

    internal static UniqueKey Key(int number, int[] columns, bool primary) =>
        new() { Name = $"k{number}", Columns = columns, IsPrimary = primary };
}
