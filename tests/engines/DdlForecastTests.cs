using Holdfast.Engine.Statements;

namespace Holdfast.Engines.Tests;

/// <summary>Tells by the shape of tables whether a statement was done already.</summary>
public sealed class DdlForecastTests
{
    private static readonly TableLook Was = new("(id int, a int)", ["id", "a"]);
    private static readonly TableLook Wider = new("(id int, a int, c int)", ["id", "a", "c"]);
    private static readonly TableLook Narrower = new("(id int)", ["id"]);
    private static readonly TableLook Retyped = new("(id int, a bigint)", ["id", "a"]);

    public static TheoryData<string, string, string, DdlState> Cases => new()
    {
        { "ALTER TABLE t ADD c INT", "t=was", "t=was", DdlState.NotDone },
        { "ALTER TABLE t ADD c INT", "t=was", "t=wider", DdlState.Done },
        { "ALTER TABLE t ADD c INT", "t=was", "t=narrower", DdlState.Unknown },
        { "ALTER TABLE t ADD c INT", "t=was", "t=retyped", DdlState.Unknown },
        { "ALTER TABLE t ADD c INT", "t=was", "t=none", DdlState.Unknown },
        { "ALTER TABLE t ADD C INT", "t=was", "t=wider", DdlState.Done },
        { "ALTER TABLE t DROP a", "t=was", "t=narrower", DdlState.Done },
        { "ALTER TABLE t DROP a", "t=was", "t=wider", DdlState.Unknown },
        { "ALTER TABLE t MODIFY a BIGINT", "t=was", "t=retyped", DdlState.Done },
        { "ALTER TABLE t MODIFY a BIGINT", "t=was", "t=wider", DdlState.Unknown },
        { "ALTER TABLE t ADD KEY (a)", "t=was", "t=retyped", DdlState.Done },
        { "CREATE TABLE t(a INT)", "t=none", "t=none", DdlState.NotDone },
        { "CREATE TABLE t(a INT)", "t=none", "t=was", DdlState.Done },
        { "DROP TABLE t", "t=was", "t=none", DdlState.Done },
        { "DROP TABLE t", "t=was", "t=wider", DdlState.Unknown },
        { "TRUNCATE t", "t=was", "t=was", DdlState.NotDone },
        { "TRUNCATE t", "t=was", "t=wider", DdlState.Unknown },
        { "RENAME TABLE t TO u", "t=was,u=none", "t=none,u=was", DdlState.Done },
        { "RENAME TABLE t TO u", "t=was,u=none", "t=was,u=was", DdlState.Unknown },
        { "RENAME TABLE t TO x, u TO t, x TO u", "t=was,u=wider,x=none", "t=wider,u=was,x=none", DdlState.Done },
        { "RENAME TABLE t TO x, u TO t, x TO u", "t=was,u=wider,x=none", "t=none,u=wider,x=was", DdlState.Unknown },
        { "ALTER TABLE t ADD c INT, RENAME TO u", "t=was,u=none", "t=none,u=wider", DdlState.Done },
        { "ALTER TABLE t ENGINE=InnoDB", "t=was", "t=was", DdlState.Unknown },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_told_or_said_to_be_unknown(string sql, string before, string now, DdlState state) =>
        Assert.Equal(state, DdlForecast.Judge(DdlReader.Read(sql, "d", Dialect.MySql(0)), Looks(before), Looks(now)));

    [Fact]
    public void Tables_that_look_alike_tell_nothing_when_they_change_their_names()
    {
        var swap = DdlReader.Read("RENAME TABLE t TO x, u TO t, x TO u", "d", Dialect.MySql(0));
        Assert.False(DdlForecast.IsTelling(swap, Looks("t=was,u=was,x=none")));
        Assert.True(DdlForecast.IsTelling(swap, Looks("t=was,u=wider,x=none")));
        Assert.True(DdlForecast.IsTelling(DdlReader.Read("TRUNCATE t", "d", Dialect.MySql(0)), Looks("t=was")));
    }

    private static Dictionary<TableName, TableLook> Looks(string text) => text.Split(',').Select(p => p.Split('=')).ToDictionary(
        p => new TableName("d", p[0]), p => p[1] switch
        {
            "was" => Was,
            "wider" => Wider,
            "narrower" => Narrower,
            "retyped" => Retyped,
            _ => TableLook.None,
        });
}
