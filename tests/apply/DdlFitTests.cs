namespace Holdfast.Apply.Tests;

public sealed class DdlFitTests
{
    [Theory]
    [InlineData("ALTER TABLE t ADD c INT", "id", true, "no column c")]
    [InlineData("ALTER TABLE t ADD c INT", "id,C", true, null)]
    [InlineData("ALTER TABLE t ADD c INT", "", true, "no table db.t")]
    [InlineData("ALTER TABLE t DROP c", "id,c", true, "still has a column c")]
    [InlineData("ALTER TABLE t DROP c", "id", true, null)]
    [InlineData("ALTER TABLE t DROP c, ADD c INT", "id,c", false, null)]
    [InlineData("ALTER TABLE t RENAME COLUMN c TO d", "id,c", true, "no column d")]
    [InlineData("ALTER TABLE t RENAME COLUMN c TO d", "id,d", true, null)]
    [InlineData("ALTER TABLE t RENAME COLUMN c TO d", "id,c,d", true, "still has a column c")]
    [InlineData("ALTER TABLE t ADD c INT, ADD d INT", "id,c,d", true, null)]
    [InlineData("ALTER TABLE t ADD c INT, MODIFY d INT", "id,c,d", false, null)]
    [InlineData("DROP TABLE t", "id", true, "still has a table")]
    [InlineData("DROP TABLE t", "", true, null)]
    [InlineData("CREATE TABLE t(id INT)", "", true, "no table")]
    [InlineData("RENAME TABLE t TO x, u TO t, x TO u", "id", false, null)]
    [InlineData("RENAME TABLE u TO t", "id", true, "still has a table db.u")]
    [InlineData("ALTER TABLE t MODIFY c INT", "id", false, "no column c")]
    [InlineData("CREATE INDEX i ON t(c)", "id,c", false, null)]
    public void What_is_said_to_be_done_is_looked_for(string sql, string columns, bool isSeen, string? why)
    {
        var does = DdlReader.Read(sql, "db", Dialect.MySql(0));
        var tables = new Dictionary<TableName, TableSchema?>
        {
            [new("db", "t")] = columns.Length == 0 ? null : Table(columns), [new("db", "u")] = Table("id"), [new("db", "x")] = null,
        };
        Assert.Equal(isSeen, DdlFit.IsSeen(does));
        var said = DdlFit.WhyNot(does, tables);
        Assert.True(why is null ? said is null : said?.Contains(why, StringComparison.Ordinal) == true, said);
    }

    /// <summary>One action that leaves nothing to be looked for is enough.</summary>
    [Theory]
    [InlineData("ALTER TABLE t ADD c INT, ADD INDEX i (c)", false)]
    [InlineData("ALTER TABLE t DROP c, DROP INDEX i", false)]
    [InlineData("ALTER TABLE t ADD c INT, DROP d", true)]
    public void A_statement_is_seen_where_each_of_its_actions_is(string sql, bool isSeen) =>
        Assert.Equal(isSeen, DdlFit.IsSeen(DdlReader.Read(sql, "db", Dialect.MySql(0))));

    [Theory]
    [InlineData("id,c", null)]
    [InlineData("id", "no column c")]
    public void What_was_done_before_a_table_got_its_name_is_looked_for_under_the_new_one(string columns, string? why)
    {
        var does = new DdlStatement([new DdlAction(DdlKind.AddColumn, new("db", "t"), NewName: "c"),
            new DdlAction(DdlKind.RenameTable, new("db", "t"), NewTable: new("db", "x"))], [], null);
        var said = DdlFit.WhyNot(does,
            new Dictionary<TableName, TableSchema?> { [new("db", "t")] = null, [new("db", "x")] = Table(columns) });
        Assert.True(why is null ? said is null : said?.Contains(why, StringComparison.Ordinal) == true, said);
    }

    private static TableSchema Table(string columns) => new()
    {
        Id = 1, Schema = "db", Name = "t", Columns = [.. columns.Split(',').Select(c => new Column { Name = c, Kind = ValueKind.Int64 })],
    };
}
