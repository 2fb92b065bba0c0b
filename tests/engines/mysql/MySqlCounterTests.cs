using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>Counters of a sink, to which rows came with their values, and an application that inserts there afterwards.</summary>
[Trait("Category", "process")]
public sealed class MySqlCounterTests
{
    [Fact]
    public async Task A_counter_follows_the_rows_that_came_by_itself()
    {
        await using var database = new ExaminedMySql();
        await database.Run("CREATE TABLE t(id INTEGER AUTO_INCREMENT PRIMARY KEY, v VARCHAR(10)) ENGINE = InnoDB");
        await using var sink = await database.Sink();
        await using var lane = await SinkRowExam.Lane(sink);
        var table = await database.Table("t");
        await SinkRowExam.Done(lane, Insert(table, Of(41, "x")), Insert(table, Of(42, "y")));
        await database.Run("INSERT INTO t(v) VALUES('new')");
        Assert.Equal(
            new[] { Of(41, "x"), Of(42, "y"), Of(43, "new") }.Select(Text).Order(StringComparer.Ordinal), await database.Rows("t"));
    }
}
