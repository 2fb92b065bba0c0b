using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every catalog, as far as a sink needs one. A source's sits <see cref="SourceCheckExam"/> too.</summary>
public abstract class CatalogExam
{
    /// <summary>An empty database.</summary>
    protected abstract IExamined New();

    /// <summary>The engine has no type that holds this value of a kind, so the row is refused.</summary>
    protected abstract bool Lacks(Value value);

    [Fact]
    public async Task Tables_are_found_by_pattern_with_columns_and_keys()
    {
        await using var database = New();
        await database.Run("CREATE TABLE ta(id INTEGER NOT NULL, v VARCHAR(20), PRIMARY KEY(id))", "CREATE TABLE tb(a INTEGER)",
            "CREATE UNIQUE INDEX tb_a ON tb(a)", "CREATE TABLE other(a INTEGER)");
        await using var catalog = database.Catalog();
        Assert.Equal(["ta", "tb"], (await catalog.Tables(new StreamFilter { Tables = ["*.t*"] }, Cancel)).Select(t => t.Name));
        var first = await database.Table("ta");
        Assert.Equal(["id", "v"], first.Columns.Select(c => c.Name));
        Assert.Equal([false, true], first.Columns.Select(c => c.IsNullable));
        Assert.Equal([ValueKind.Int64, ValueKind.Text], first.Columns.Select(c => c.Kind));
        Assert.Equal([0], first.PrimaryKey!.Columns);
        var second = await database.Table("tb");
        Assert.Null(second.PrimaryKey);
        Assert.Equal([0], Assert.Single(second.Keys).Columns);
        Assert.Null(await catalog.Table(first.Schema, "nobody", Cancel));
        Assert.Null(await catalog.Table("nowhere", "ta", Cancel));
        Assert.Null(await catalog.Table(first.Schema, "TA", Cancel));
    }

    [Fact]
    public async Task Tables_that_are_ours_are_not_shown()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        await SinkRowExam.Done(lane, Insert(await database.Table("t"), Rows.Of(1)));
        await using var catalog = database.Catalog();
        Assert.Equal(["t"], (await catalog.Tables(StreamFilter.None, Cancel)).Select(t => t.Name));
    }

    [Fact]
    public async Task A_table_is_made_like_another_one()
    {
        await using var from = New();
        await using var to = New();
        await from.Run("CREATE TABLE t(a INTEGER NOT NULL, b VARCHAR(20) NOT NULL, c REAL NOT NULL, d INTEGER, PRIMARY KEY(b, a))",
            "CREATE UNIQUE INDEX t_d ON t(d)");
        await using var catalog = to.Catalog();
        var table = await from.Table("t");
        Assert.Empty(await catalog.Create(table, Cancel));
        var made = await to.Table("t");
        Assert.Equal(table.Columns, made.Columns);
        Assert.Equal(table.Keys.Select(k => (k.IsPrimary, string.Join(',', k.Columns))),
            made.Keys.Select(k => (k.IsPrimary, string.Join(',', k.Columns))));
        Assert.NotEmpty(await catalog.Create(table, Cancel));
    }

    [Fact]
    public async Task A_column_of_each_kind_takes_all_values_of_its_kind_or_is_refused_by_name()
    {
        await using var database = New();
        await using var catalog = database.Catalog();
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var data = new RandomData(3);
        foreach (var kind in RandomData.Kinds)
        {
            var name = $"t_{kind.ToString().ToLowerInvariant()}";
            var faults = await catalog.Create(new TableSchema
            {
                Id = 1,
                Schema = "main",
                Name = name,
                Columns = [new Column { Name = "v", Kind = kind, Type = $"{kind} of another engine" }],
            }, Cancel);
            if (faults.Count > 0)
            {
                Assert.All(faults, f => Assert.Contains($"{name}.v", f.Message, StringComparison.Ordinal));
                continue;
            }

            var table = await database.Table(name);
            for (var i = 0; i < 30; i++)
            {
                var bytes = new System.Buffers.ArrayBufferWriter<byte>();
                data.Write(new RowWriter(bytes), kind);
                var row = new Row(bytes.WrittenMemory);
                if (Lacks(new RowIndex().Of(row)[0]))
                {
                    await SinkRowExam.IsRefused(lane, "DP-104", 0, Insert(table, row));
                }
                else
                {
                    await SinkRowExam.Done(lane, Insert(table, row), Delete(table, row), Insert(table, row));
                }
            }
        }
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_named_before_anything_is_written()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        await using var catalog = database.Catalog();
        var before = await catalog.SinkChecks(new StreamFilter { Tables = ["main.t"] }, Cancel);
        var all = await catalog.SinkChecks(new StreamFilter { Tables = ["main.t", "main.gone"] }, Cancel);
        var fault = Assert.Single(all.Except(before));
        Assert.Contains("main.gone", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Workaround);
    }
}
