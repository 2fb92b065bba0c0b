using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Exam;

/// <summary>Exam of every sink: each way to write rows, and that a row which is not met is never passed over.</summary>
public abstract class SinkRowExam
{
    /// <summary>An empty database.</summary>
    protected abstract IExamined New();

    [Fact]
    public async Task Rows_are_inserted_updated_by_key_and_deleted()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b INTEGER)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(table, Of(1, 10, 100), Of(2, 20, 200), Of(3, 30, 300)));
        await Done(lane, Update(table, Of(1, Absent.Value, Absent.Value), Of(1, 11, 101)), Delete(table, Of(2, 20, 200)));
        Assert.Equal(Sorted(Of(1, 11, 101), Of(3, 30, 300)), await database.Rows("t"));

        // The key itself changes, and what is absent stays.
        await Done(lane, Update(table, Of(3, 30, 300), Of(7, Absent.Value, 301), 0, 2));
        Assert.Equal(Sorted(Of(1, 11, 101), Of(7, 30, 301)), await database.Rows("t"));
        await Done(lane, Truncate(table));
        Assert.Empty(await database.Rows("t"));
        await Done(lane, Truncate(table));
    }

    [Fact]
    public async Task An_upsert_makes_the_row_as_it_is_said_whether_it_was_there_or_not()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER, PRIMARY KEY(a, b))",
            "CREATE TABLE k(id INTEGER PRIMARY KEY)");
        var (table, keys) = (await database.Table("t"), await database.Table("k"));
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(table, Of(1, 1, 5)), Upsert(keys, Of(1)));
        await Done(lane, Upsert(table, Of(1, 1, 6), Of(1, 2, 7)), Upsert(keys, Of(1), Of(2)));
        Assert.Equal(Sorted(Of(1, 1, 6), Of(1, 2, 7)), await database.Rows("t"));
        Assert.Equal(Sorted(Of(1), Of(2)), await database.Rows("k"));
    }

    [Fact]
    public async Task A_row_that_is_there_already_or_is_not_there_is_refused_by_its_number()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(table, Of(1, 10), Of(2, 20)));
        await IsRefused(lane, "DP-107", 1, Insert(table, Of(3, 30), Of(2, 21)));
        await IsRefused(lane, "DP-105", 0, Update(table, Of(9, 90), Of(9, 91)));
        await IsRefused(lane, "DP-105", 1, Delete(table, Of(1, 10), Of(9, 90)));
        Assert.Equal(Sorted(Of(1, 10), Of(2, 20)), await database.Rows("t"));
    }

    [Fact]
    public async Task A_row_that_a_rule_of_the_table_refuses_is_refused_by_its_number_and_not_tried_again()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER CHECK(b < 10), c INTEGER)",
            "CREATE UNIQUE INDEX t_c ON t(c)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(table, Of(1, 1, 1, 1)));
        await IsRefused(lane, "DP-107", 1, Insert(table, Of(2, 2, 2, 2), Of(3, null, 3, 3)));
        await IsRefused(lane, "DP-107", 0, Insert(table, Of(2, 2, 10, 2)));
        await IsRefused(lane, "DP-107", 1, Insert(table, Of(2, 2, 2, 2), Of(3, 3, 3, 1)));
        await IsRefused(lane, "DP-107", 0, Update(table, Of(1, 1, 1, 1), Of(1, 1, 11, 1)));
        await Done(lane, Insert(table, Of(2, 2, 9, 2)));
        Assert.Equal(Sorted(Of(1, 1, 1, 1), Of(2, 2, 9, 2)), await database.Rows("t"));
    }

    /// <summary>Values that some database would round, cut or take for something else; the number 12 as text loses nothing.</summary>
    [Theory]
    [InlineData("INTEGER", "12", "12")]
    [InlineData("INTEGER", "twelve", "twelve")]
    [InlineData("INTEGER", 1.5, "1.5")]
    [InlineData("INTEGER", 1L << 40, "1099511627776")]
    [InlineData("INTEGER", true, "1")]
    [InlineData("VARCHAR(20)", 12, "12")]
    [InlineData("VARCHAR(20)", "twenty letters and more than that", "twenty letters and more than that")]
    [InlineData("VARCHAR(20)", new byte[] { 0x31, 0x32 }, "Bytes x'3132")]
    [InlineData("REAL", "1.5", "1.5")]
    [InlineData("REAL", 0.1, "0.1")]
    public async Task A_value_is_there_as_it_was_or_its_row_is_refused(string type, object value, string wanted)
    {
        await using var database = New();
        await database.Run($"CREATE TABLE t(id INTEGER PRIMARY KEY, v {type})");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        var result = await lane.Apply(Group(1, Insert(table, Of(0, null), Of(1, value))), Cancel);
        var rows = await ChunkExam.Walked(database, "t", 10);
        if (result is Refused refused)
        {
            Assert.True(refused is { Code: "DP-104" or "DP-107", Row: 1 }, refused.ToString());
            Assert.Contains("main.t", refused.Why, StringComparison.Ordinal);
            Assert.Empty(rows);
        }
        else
        {
            Assert.True(result is Applied, result.ToString());
            Assert.Equal(wanted, new Engine.Values.RowIndex().Of(rows[1])[1].ToString().Trim('\''));
        }
    }

    [Fact]
    public async Task Rows_that_only_a_collation_takes_for_equal_are_told_apart()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(a VARCHAR(20), b INTEGER)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(table, Of("x", 1), Of("X", 1), Of("x ", 1), Of("ẍ", 1)));
        await Done(lane, Delete(table, Of("X", 1)), Update(table, Of("x ", 1), Of("y", 1)));
        Assert.Equal(Sorted(Of("x", 1), Of("y", 1), Of("ẍ", 1)), await database.Rows("t"));
        await IsRefused(lane, "DP-105", 0, Delete(table, Of("X", 1)));
    }

    [Fact]
    public async Task Of_equal_rows_in_a_table_without_a_key_one_goes()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(a INTEGER, b VARCHAR(20))");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(table, Of(1, "x"), Of(1, "x"), Of(1, "x"), Of(null, null), Of(null, null)));
        await Done(lane, Delete(table, Of(1, "x"), Of(null, null)));
        Assert.Equal(Sorted(Of(1, "x"), Of(1, "x"), Of(null, null)), await database.Rows("t"));
        await Done(lane, Update(table, Of(1, "x"), Of(2, "y")));
        Assert.Equal(Sorted(Of(1, "x"), Of(2, "y"), Of(null, null)), await database.Rows("t"));
        await IsRefused(lane, "DP-105", 0, Delete(table, Of(3, "x")));
        await IsRefused(lane, "DP-105", 1, Delete(table, Of(1, "x"), Of(1, "x")));
    }

    [Fact]
    public async Task Of_rows_whose_key_is_NULL_one_goes_when_they_are_found_by_all_their_values()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(a INTEGER, b INTEGER)", "CREATE UNIQUE INDEX t_a ON t(a)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(table, Of(null, 1), Of(null, 1), Of(1, 1)));
        await Done(lane, Delete(table, Of(null, 1)) with { Key = [0, 1] });
        Assert.Equal(Sorted(Of(null, 1), Of(1, 1)), await database.Rows("t"));
    }

    [Fact]
    public async Task An_update_that_meets_several_rows_is_refused()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(a INTEGER, b INTEGER)");
        var there = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(there, Of(1, 1), Of(1, 2)));

        // The task took a for a key that the sink does not have.
        var said = there with { Keys = [new() { Name = "a", Columns = [0] }] };
        await IsRefused(lane, "DP-106", 0, Update(said, Of(1, 1), Of(1, 9)));
        await IsRefused(lane, "DP-106", 0, Delete(said, Of(1, 1)));
        Assert.Equal(Sorted(Of(1, 1), Of(1, 2)), await database.Rows("t"));
    }

    [Fact]
    public async Task What_is_not_said_may_be_left_out_of_an_insert_only_where_the_column_has_a_default()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER DEFAULT 7, b INTEGER)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        await Done(lane, Insert(table, Of(1, Absent.Value, 2)) with { Columns = [0, 2] });
        Assert.Equal(Sorted(Of(1, 7, 2)), await database.Rows("t"));
        await IsRefused(lane, "DP-103", null, Insert(table, Of(2, 1, Absent.Value)) with { Columns = [0, 1] });
        await IsRefused(lane, "DP-103", 0, Insert(table, Of(2, 1, Absent.Value)));
        await IsRefused(lane, "DP-103", 0, Update(table, Of(Absent.Value, 1, 1), Of(1, 1, 1)));
    }

    [Fact]
    public async Task A_table_or_column_that_is_not_there_is_refused_by_name()
    {
        await using var database = New();
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER)");
        var table = await database.Table("t");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        var refused = await IsRefused(lane, "DP-101", null, Insert(table with { Name = "nobody" }, Of(1, 1)));
        Assert.Contains("nobody", refused.Why, StringComparison.Ordinal);
        var other = table with { Columns = [table.Columns[0], table.Columns[1] with { Name = "gone" }] };
        refused = await IsRefused(lane, "DP-102", null, Insert(other, Of(1, 1)));
        Assert.Contains("gone", refused.Why, StringComparison.Ordinal);

        // It is added while the lane runs: the next try finds it.
        await database.Run("ALTER TABLE t ADD COLUMN gone INTEGER");
        await Done(lane, Insert(other with { Columns = [.. table.Columns, other.Columns[1]] }, Of(1, 2, 3)));
    }

    [Fact]
    public async Task A_trigger_of_an_application_at_the_sink_is_refused()
    {
        await using var database = New();
        Assert.SkipUnless(database.HasTriggers, "the engine knows no triggers");
        await database.Run("CREATE TABLE t(id INTEGER PRIMARY KEY)", "CREATE TABLE audit(id INTEGER)");
        await database.Trigger("watch", "t", "audit");
        await using var sink = await database.Sink();
        await using var lane = await Lane(sink);
        var refused = await IsRefused(lane, "DP-108", null, Insert(await database.Table("t"), Of(1)));
        Assert.Contains("watch", refused.Why, StringComparison.Ordinal);
    }

    internal static string[] Sorted(params Holdfast.Engine.Values.Row[] rows) =>
        [.. rows.Select(Text).Order(StringComparer.Ordinal)];

    internal static async Task<ISinkLane> Lane(ISink sink)
    {
        await sink.Fence("task", 1, Cancel);
        return await sink.Lane("task", 0, 1, "n/task", Cancel);
    }

    internal static async Task Done(ISinkLane lane, params SinkStatement[] statements)
    {
        var result = await lane.Apply(Group(1, statements), Cancel);
        Assert.True(result is Applied, result.ToString());
    }

    internal static async Task<Refused> IsRefused(ISinkLane lane, string code, int? row, params SinkStatement[] statements)
    {
        var refused = Assert.IsType<Refused>(await lane.Apply(Group(1, statements), Cancel));
        Assert.Equal((code, row), (refused.Code, refused.Row));
        return refused;
    }
}
